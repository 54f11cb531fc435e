import Foundation
import FunctionTypes
import Host
import Synchronization

/// Where a function's log is read from: the host's own file, or the machine's journal. All calls block on the disk.
final class LogSource: Sendable {
    private enum Place: Sendable {
        case file(LogTail)
        case journal(FunctionJournal)
    }

    private let place: Mutex<Place>

    /// - Throws: `SystemError` where the journal cannot be opened.
    init(_ function: FunctionID, _ logs: LogStore) throws {
        let journal = try logs.journal(of: function)
        place = Mutex(journal.map { .journal($0) } ?? .file(LogTail(path: logs.path(of: function))))
    }

    /// The last lines that are there.
    func last(_ count: Int) -> Data { read({ $0.last(count) }, { $0.last(count) }) }

    /// What was added since the last call.
    func more() -> Data { read({ $0.more() }, { $0.more() }) }

    private func read(_ file: (inout LogTail) -> Data, _ journal: (FunctionJournal) -> [UInt8]) -> Data {
        place.withLock { place in
            switch place {
            case .file(var tail):
                defer { place = .file(tail) }
                return file(&tail)
            case .journal(let entries): return Data(journal(entries))
            }
        }
    }
}
