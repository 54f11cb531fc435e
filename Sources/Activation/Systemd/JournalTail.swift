import CSystemd
import Glibc
public import LinuxSystem
import Synchronization

/// The end of the machine's journal, as far as it is about one function or one worker: what is there, and what is added.
///
/// All calls block on the disk. Reading takes root, or a process in the group `systemd-journal`.
public final class JournalTail: Sendable {
    /// One entry of the journal.
    public struct Entry: Hashable, Sendable {
        /// When it was written, in milliseconds since 1970.
        public let milliseconds: Int64
        /// The host's number for the worker that it is about.
        public let worker: String
        /// What was written.
        public let message: String
    }

    private struct State {
        /// A `sd_journal`, as a number so that it can pass from thread to thread under the lock.
        let journal: UInt
        /// Whether the reader stands on the last entry that it returned.
        var stands = false
    }

    private let state: Mutex<State>

    /// Opens the journal for entries that have all of these fields, `NAME=value` each.
    ///
    /// - Throws: ``SystemError``.
    public init(matching fields: [String]) throws(SystemError) {
        var journal: OpaquePointer?
        let result = sd_journal_open(&journal, CInt(SD_JOURNAL_LOCAL_ONLY))
        guard result >= 0, let journal else { throw SystemError("open", "the journal", code: -result) }
        for field in fields {
            let bytes = Array(field.utf8)
            let result = sd_journal_add_match(journal, bytes, bytes.count)
            guard result >= 0 else {
                sd_journal_close(journal)
                throw SystemError("search the journal for", field, code: -result)
            }
        }
        state = Mutex(State(journal: UInt(bitPattern: journal)))
    }

    deinit { sd_journal_close(state.withLock { OpaquePointer(bitPattern: $0.journal) }) }

    /// The last lines that are there.
    public func last(_ count: Int) -> [Entry] {
        state.withLock { state in
            guard let journal = OpaquePointer(bitPattern: state.journal), sd_journal_seek_tail(journal) >= 0
            else {
                return []
            }
            // Nothing is behind the tail, so the reader goes back one more than it returns, where it can.
            let back = sd_journal_previous_skip(journal, UInt64(count + 1))
            guard back > 0 else { return [] }
            var lines = back > count ? [] : [Self.entry(journal)]
            state.stands = true
            while sd_journal_next(journal) > 0 { lines.append(Self.entry(journal)) }
            return lines
        }
    }

    /// The lines that were added since the last call.
    public func more() -> [Entry] {
        state.withLock { state in
            guard let journal = OpaquePointer(bitPattern: state.journal) else { return [] }
            // Without this the reader does not see files that the journal has opened meanwhile.
            sd_journal_process(journal)
            if !state.stands {
                sd_journal_seek_head(journal)
                state.stands = true
            }
            var lines: [Entry] = []
            while sd_journal_next(journal) > 0 { lines.append(Self.entry(journal)) }
            return lines
        }
    }

    private static func entry(_ journal: OpaquePointer) -> Entry {
        var microseconds: UInt64 = 0
        sd_journal_get_realtime_usec(journal, &microseconds)
        return Entry(
            milliseconds: Int64(microseconds / 1000), worker: field("HEARTH_WORKER", journal),
            message: field("MESSAGE", journal))
    }

    private static func field(_ name: String, _ journal: OpaquePointer) -> String {
        var data: UnsafeRawPointer?
        var length = 0
        guard sd_journal_get_data(journal, name, &data, &length) >= 0, let data else { return "" }
        let bytes = UnsafeRawBufferPointer(start: data, count: length).dropFirst(name.utf8.count + 1)
        return String(decoding: bytes, as: UTF8.self)
    }
}
