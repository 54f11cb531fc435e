import CSystemd
import Glibc

/// Writes lines of the host's own to the machine's journal, beside those of its workers. The C function is
/// `sd_journal_sendv`.
public enum JournalWriter {
    /// Sends one entry; a journal that does not take it is no reason to fail anything.
    ///
    /// - Parameter fields: `NAME=value` each; `MESSAGE` is the line that people see.
    public static func send(_ fields: [String]) {
        let texts = fields.map { Array($0.utf8) }
        var vectors: [iovec] = []
        func lend(_ index: Int) {
            guard index < texts.count else {
                sd_journal_sendv(vectors, CInt(vectors.count))
                return
            }
            texts[index].withUnsafeBytes { bytes in
                vectors.append(
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count))
                lend(index + 1)
            }
        }
        lend(0)
    }
}
