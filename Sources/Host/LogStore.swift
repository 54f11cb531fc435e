import Activation
public import FunctionTypes
import Glibc
import LinuxSystem
import Synchronization

/// What workers write to their output, in one file a function, so that it outlives both the worker and the
/// host; or, where systemd starts the workers, in the machine's journal, which takes their output itself.
///
/// A file is cut at ``longestFile`` and kept once more under the name with `.1`: a worker that floods its log
/// costs twice that, no more. All calls block on the file system; they are made on the thread that reads the
/// workers' output.
public final class LogStore: Sendable {
    /// Bytes after which a file is set aside.
    static let longestFile = 4 << 20
    /// Lines of each running worker that are kept in memory, for the message that reports its death.
    static let rememberedLines = 10

    private struct State: ~Copyable {
        var recent: [UInt64: [String]] = [:]
    }

    private let folder: String
    private let usesJournal: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - folder: exists already.
    ///   - usesJournal: whether the machine's journal has the workers' output.
    public init(folder: String, usesJournal: Bool = false) {
        self.folder = folder
        self.usesJournal = usesJournal
    }

    /// The journal's entries about a function; nil where the log is a file, at ``path(of:)``.
    ///
    /// - Throws: `SystemError`.
    public func journal(of function: FunctionID) throws -> FunctionJournal? {
        usesJournal ? try FunctionJournal(function) : nil
    }

    /// Adds a line that a worker wrote.
    func append(_ line: String, worker: UInt64, of function: FunctionID) {
        state.withLock { state in
            var lines = state.recent[worker] ?? []
            lines.append(line)
            if lines.count > Self.rememberedLines { lines.removeFirst() }
            state.recent[worker] = lines
        }
        note(line, worker: worker, of: function)
    }

    /// Adds a line that the host has to say of a worker. Failing to write a log is no reason to fail a
    /// request, so errors are dropped.
    func note(_ line: String, worker: UInt64, of function: FunctionID) {
        guard !usesJournal else {
            return JournalWriter.send([
                "MESSAGE=\(line)", "PRIORITY=6", "SYSLOG_IDENTIFIER=hearth", "HEARTH_FUNCTION=\(function)",
                "HEARTH_TENANT=\(function.tenant)", "HEARTH_WORKER=\(worker)",
            ])
        }
        let path = path(of: function)
        mkdir("\(folder)/\(function.tenant)", 0o700)
        guard let file = try? FileDescriptor.open(path, O_WRONLY | O_APPEND | O_CREAT) else { return }
        let text = Array("\(LogTime.now()) worker-\(worker) \(Self.printable(line))\n".utf8)
        _ = write(file.number, text, text.count)
        if let size = try? file.size(), size > Self.longestFile { rename(path, path + ".1") }
    }

    /// What the worker wrote last.
    func lastLines(of worker: UInt64, _ function: FunctionID) -> [String] {
        guard usesJournal else { return state.withLock { $0.recent[worker] ?? [] } }
        let fields = ["HEARTH_FUNCTION=\(function)", "HEARTH_WORKER=\(worker)"]
        return (try? JournalTail(matching: fields))?.last(Self.rememberedLines).map(\.message) ?? []
    }

    /// Forgets what is kept in memory for a worker.
    func workerEnded(_ worker: UInt64) { state.withLock { $0.recent[worker] = nil } }

    /// Removes a function's files.
    func remove(_ function: FunctionID) {
        unlink(path(of: function))
        unlink(path(of: function) + ".1")
    }

    /// The current file of a function; may not exist yet.
    public func path(of function: FunctionID) -> String {
        "\(folder)/\(function.tenant)/\(function.name).log"
    }

    /// Control characters could play tricks on the terminal of whoever reads the log.
    static func printable(_ line: String) -> String {
        guard line.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" })
        else {
            return line
        }
        return String(
            String.UnicodeScalarView(
                line.unicodeScalars.map {
                    $0.properties.generalCategory == .control && $0 != "\t" ? "\u{FFFD}" : $0
                }))
    }
}
