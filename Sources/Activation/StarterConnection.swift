import Glibc
public import LinuxSystem
public import Sandbox

/// The process that starts workers, as long as its host holds it. Made while the host still has its privileges, which the
/// starter keeps and the host drops.
public final class StarterConnection: Sendable {
    /// Who starts workers.
    public let kind: ActivationKind
    let socket: MessageSocket
    let process: ChildProcess

    /// Starts the process and tells it its configuration. The kernel kills it when the calling *thread* ends, so call this
    /// on the main thread.
    ///
    /// - Parameters:
    ///   - kind: who starts workers.
    ///   - program: the starter's program and arguments. It finds its end of the connection at descriptor 3.
    ///   - configuration: what it is told.
    /// - Throws: ``SystemError``.
    public init(
        kind: ActivationKind, program: [String], configuration: StarterConfiguration
    ) throws(SystemError) {
        var configuration = configuration
        if kind == .direct {
            for list in SystemCallList.allCases {
                configuration.filters[list] = try SystemCallFilter.compile(list)
            }
        }
        configuration.isUnsandboxed = kind == .unsandboxed
        let pair = try MessageSocket.Pair()
        process = try ChildProcess(
            starting: ChildProcess.Request(
                path: program[0], arguments: Array(program.dropFirst()),
                environment: ["PATH=\(SandboxPlan.searchPath)", "SWIFT_ROOT=/"],
                descriptors: [pair.other.number], output: STDERR_FILENO))
        socket = pair.keepOwn()
        try socket.send(configuration.bytes)
        self.kind = kind
    }

    /// Ends the starter, and with it every worker that is left; blocks until it has ended. Call it once.
    func end() {
        socket.hangUp()
        _ = try? process.reap()
    }
}
