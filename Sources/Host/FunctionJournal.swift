import Activation
import FunctionTypes

/// A function's log where the machine's journal has it, in the form that log files have. All calls block on the disk.
public final class FunctionJournal: Sendable {
    private let tail: JournalTail

    init(_ function: FunctionID) throws { tail = try JournalTail(matching: ["HEARTH_FUNCTION=\(function)"]) }

    /// The last lines that are there.
    public func last(_ count: Int) -> [UInt8] { Self.text(tail.last(count)) }

    /// What was added since the last call.
    public func more() -> [UInt8] { Self.text(tail.more()) }

    private static func text(_ entries: [JournalTail.Entry]) -> [UInt8] {
        entries.flatMap { entry in
            Array(
                "\(LogTime.text(milliseconds: entry.milliseconds)) worker-\(entry.worker) \(LogStore.printable(entry.message))\n"
                    .utf8)
        }
    }
}
