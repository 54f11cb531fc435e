import Glibc
import LinuxSystem
import Synchronization

/// A child process, and the thread that started it. The kernel kills a child when the thread that started it
/// ends, so this thread stays as long as the child and waits for it.
final class KeptProcess: Sendable {
    private let process: ChildProcess
    private let state = Mutex<ExitStatus?>(nil)

    private init(_ process: consuming ChildProcess) { self.process = process }

    /// Starts a program in a session of its own, so that a terminal's Ctrl-C does not reach it.
    ///
    /// - Parameter log: the file that takes its standard output and standard error.
    /// - Throws: ``SystemError``.
    static func start(
        _ command: [String], environment: [String], log: String
    ) async throws -> KeptProcess {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try startThread(named: "host") {
                    do {
                        let output = try FileDescriptor.open(log, O_WRONLY | O_CREAT | O_APPEND)
                        let kept = KeptProcess(
                            try ChildProcess(
                                starting: ChildProcess.Request(
                                    path: command[0], arguments: Array(command.dropFirst()),
                                    environment: environment, output: output.number)))
                        continuation.resume(returning: kept)
                        kept.awaitEnd()
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// The process id.
    var identifier: Int32 { process.identifier }

    /// How it ended; nil while it runs.
    var ending: ExitStatus? { state.withLock { $0 } }

    private func awaitEnd() {
        // A process that cannot be waited for is nobody's child any more, so it has ended.
        let ending = (try? process.reap()) ?? .signalled(SIGKILL)
        state.withLock { $0 = ending }
    }

    /// Asks the process to end, and kills it where it has not done so in time.
    func end(within limit: Duration) async {
        process.send(SIGTERM)
        if await hasEnded(within: limit) { return }
        process.send(SIGKILL)
        _ = await hasEnded(within: .seconds(5))
    }

    private func hasEnded(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while ending == nil {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return true
    }
}
