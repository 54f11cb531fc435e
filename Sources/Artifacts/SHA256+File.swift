public import FunctionTypes
import Glibc
public import LinuxSystem

extension SHA256 {
    /// The digest of a file, read from its start in pieces of 1 MiB; the descriptor's own position does not
    /// move.
    ///
    /// - Parameters:
    ///   - subject: the file's name, for errors.
    ///   - progress: called after each piece with its number of bytes.
    /// - Throws: ``SystemError``.
    public static func digest(
        ofFile descriptor: borrowing FileDescriptor, subject: String, progress: (Int) -> Void = { _ in }
    ) throws(SystemError) -> Digest {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { piece.deallocate() }
        var hasher = SHA256()
        var offset = 0
        let number = descriptor.number
        while true {
            let count = try retryingOnInterrupt("read", subject) {
                pread(number, piece.baseAddress, piece.count, offset)
            }
            guard count > 0 else { return hasher.finish() }
            hasher.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            offset += count
            progress(count)
        }
    }
}
