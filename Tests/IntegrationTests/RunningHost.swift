import Foundation

/// A `hearth serve` of a test; it is killed when the test lets go of it.
final class RunningHost: Sendable {
    let folder: HostFolder
    let process: SpawnedProcess
    let port: UInt16

    /// Starts a host on a free port and waits until it serves.
    ///
    /// - Throws: ``HostDidNotStart``.
    ///
    /// - Parameter activation: who starts workers. A fake worker reads its plan beside itself, so nobody may stand round it.
    init(
        in folder: HostFolder, worker: String? = nil, listen: String = "127.0.0.1:0",
        activation: String? = nil, arguments: [String] = []
    ) async throws {
        self.folder = folder
        var command = [
            try builtProgram("hearth"), "serve", "--listen", listen, "--state-dir", folder.state,
        ]
        if let worker { command += ["--worker", worker] }
        command += ["--activation", activation ?? (worker == nil ? Self.activation : "unsandboxed")]
        process = try SpawnedProcess(command + arguments, in: folder, output: folder.log, errors: folder.log)
        let status = try await Self.awaitStatus(process, folder)
        guard let text = status.listen.first?.split(separator: ":").last, let port = UInt16(text) else {
            throw HostDidNotStart(log: "it listens on \(status.listen)")
        }
        self.port = port
    }

    /// Waits until the control socket answers with the process's number.
    static func awaitStatus(_ process: SpawnedProcess, _ folder: HostFolder) async throws -> HostStatus {
        let deadline = ContinuousClock.now + .seconds(30)
        while !process.hasEnded, ContinuousClock.now < deadline {
            let reply = try? await HTTPCall.get("/control/v1/host").send(to: .path(folder.control))
            if let status = try? reply?.decoded(HostStatus.self), status.pid == process.id { return status }
            try await Task.sleep(for: .milliseconds(3))
        }
        throw HostDidNotStart(log: String(folder.logText.suffix(3000)))
    }

    /// Who starts workers in this run of the tests: `direct`, or what HEARTH_TEST_ACTIVATION says.
    static let activation = ProcessInfo.processInfo.environment["HEARTH_TEST_ACTIVATION"] ?? "direct"

    /// The names of the sockets that a worker has in the host's folder: where it is called, and where it reports unless
    /// systemd hears it.
    static func sockets(of worker: WorkerLine) -> [String] {
        let own = worker.socket.split(separator: "/").last.map(String.init) ?? ""
        return activation == "systemd" ? [own] : [own, "notify-\(worker.id).sock"]
    }

    var place: RawConnection.Place { .port(port) }

    /// A call of the public listener.
    func call(_ call: HTTPCall, patience: Duration = .seconds(60)) async throws -> HTTPReply {
        try await call.send(to: place, patience: patience)
    }

    /// A call of the control socket.
    func control(_ call: HTTPCall) async throws -> HTTPReply {
        try await call.send(to: .path(folder.control))
    }

    /// Runs a command against this host, whatever its outcome.
    func run(_ arguments: String...) async throws -> CommandResult {
        try await hearth(arguments + ["--control", folder.control])
    }

    /// Runs a command that must succeed.
    ///
    /// - Throws: ``CommandFailed``.
    @discardableResult
    func succeed(_ arguments: String...) async throws -> CommandResult {
        let result = try await hearth(arguments + ["--control", folder.control])
        guard result.status == 0 else { throw CommandFailed(command: arguments, result: result) }
        return result
    }

    /// Deploys a bundle.
    ///
    /// - Throws: ``CommandFailed``.
    @discardableResult
    func deploy(_ bundle: String) async throws -> DeployLine {
        try await succeed("deploy", bundle, "--json").decoded()
    }

    /// What runs now.
    func workers() async throws -> [WorkerLine] {
        try await control(.get("/control/v1/workers")).decoded(WorkerLines.self).workers
    }

    /// What is deployed now.
    func functions() async throws -> [FunctionStatus] {
        try await control(.get("/control/v1/functions")).decoded(FunctionLines.self).functions
    }

    /// Waits until no worker is left.
    func awaitNoWorkers(within limit: Duration = .seconds(20)) async throws {
        try await eventually("the end of all workers", within: limit) { try await workers().isEmpty }
    }

    /// Asks the host to end (SIGTERM) and waits for that.
    @discardableResult
    func shutDown(within limit: Duration = .seconds(30)) async throws -> Ending {
        process.send(SIGTERM)
        return try await process.end(within: limit)
    }
}

/// A host ended, or did not answer, before it could be used.
struct HostDidNotStart: Error, CustomStringConvertible {
    let log: String

    var description: String { "the host did not start; its log:\n\(log)" }
}
