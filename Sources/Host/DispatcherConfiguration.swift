import Sandbox
import Scheduling

/// What the dispatcher needs to know of the machine.
public struct DispatcherConfiguration: Sendable {
    /// The folder for sockets; short, because the path of a UNIX socket has at most 107 bytes.
    public var runFolder: String

    /// Takes the folder.
    public init(runFolder: String) { self.runFolder = runFolder }

    /// Where a worker listens.
    func socketPath(of id: WorkerID) -> String {
        StarterConfiguration.socketPath(in: runFolder, worker: id.number)
    }
}
