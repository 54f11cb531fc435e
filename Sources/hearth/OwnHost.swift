import Activation
import FoundationEssentials
import FunctionTypes
import Gateway
import Glibc
import NIOHTTP1

/// A host that the command runs for itself: this program, with a state folder that nobody else uses.
final class OwnHost: Sendable {
    /// Who starts its workers.
    let kind: ActivationKind
    /// Its control API.
    let client: HostClient
    private let process: KeptProcess
    private let log: String

    /// Starts the host; it does not serve yet.
    ///
    /// - Parameter folder: where its state folder and its log go.
    /// - Throws: ``SystemError``.
    init(_ kind: ActivationKind, in folder: String) async throws {
        let state = "\(folder)/\(kind.rawValue)"
        self.kind = kind
        client = HostClient(control: "\(state)/control.sock")
        log = "\(state).log"
        process = try await KeptProcess.start(
            [
                CommandLine.executablePath, "serve", "--activation", kind.rawValue, "--listen", "127.0.0.1:0",
                "--state-dir", state,
            ], environment: Self.environment, log: log)
    }

    /// This command's own, without what the host would take for meant for itself.
    private static var environment: [String] {
        ProcessInfo.processInfo.environment
            .filter {
                !$0.key.hasPrefix("HEARTH_") && !$0.key.hasPrefix("LISTEN_") && $0.key != "NOTIFY_SOCKET"
            }
            .map { "\($0.key)=\($0.value)" }
    }

    /// Waits until the host admits requests.
    ///
    /// - Throws: ``HearthError`` that shows the end of the host's log.
    func awaitReady(within limit: Duration = .seconds(30)) async throws {
        let deadline = ContinuousClock.now + limit
        while process.ending == nil, ContinuousClock.now < deadline {
            let host: HostDescription? = try? await client.call(.GET, "host")
            if let host, host.pid == process.identifier, host.ready { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw failure(process.ending.map { "did not start: it \($0)" } ?? "did not serve within \(limit)")
    }

    /// Runs what calls the host, so that an error says which host it was.
    func called<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as HearthError {
            throw HearthError(
                error.code, "With activation \(kind.rawValue): \(error.message)", remedy: error.remedy)
        } catch is HostUnreachable {
            throw failure(process.ending.map { "\($0)" } ?? "does not answer any more")
        }
    }

    private func failure(_ what: String) -> HearthError {
        let lines = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
            .split(separator: "\n").suffix(20)
        return HearthError(
            .internalError, "The host with activation \(kind.rawValue) \(what).",
            remedy: (["The end of its log:"] + lines).joined(separator: "\n  "))
    }

    /// Ends the host and its workers.
    func end() async { await process.end(within: .seconds(15)) }
}
