import Scheduling

/// What the dispatcher needs to know of the machine.
public struct DispatcherConfiguration: Sendable {
    /// The native worker's program.
    public var workerProgram: String
    /// The folder for sockets; short, because the path of a UNIX socket has at most 107 bytes.
    public var runFolder: String

    /// Collects the parts.
    public init(workerProgram: String, runFolder: String) {
        self.workerProgram = workerProgram
        self.runFolder = runFolder
    }

    /// Where workers report.
    var notifyPath: String { "\(runFolder)/notify.sock" }

    /// Where a worker listens.
    func socketPath(of id: WorkerID) -> String { "\(runFolder)/worker-\(id.number).sock" }
}
