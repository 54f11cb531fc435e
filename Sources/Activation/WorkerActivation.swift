public import LinuxSystem
public import Sandbox
public import WorkerProtocol

/// Starts and stops worker processes. Every call returns at once; what becomes of it arrives as
/// ``WorkerEvent``s.
public protocol WorkerActivation: Sendable {
    /// Starts a worker with a listening socket at ``WorkerStart/socketPath``.
    func start(_ start: WorkerStart)
    /// Asks a worker to drain and end (SIGTERM).
    func stop(_ id: UInt64)
    /// Ends a worker (SIGKILL).
    func kill(_ id: UInt64)
    /// Kills what still runs and starts nothing any more. Blocks until every worker has ended.
    func shutDown()
}

/// What to start.
public struct WorkerStart: Sendable {
    /// The caller's number for the worker, below 2^60; comes back with every event.
    public var id: UInt64
    /// The program, what it sees and what it may use.
    public var plan: SandboxPlan
    /// What the worker is told by its environment.
    public var specification: WorkerSpecification
    /// Where the worker's requests arrive: the path of a UNIX socket, at most 107 bytes. Nil where nobody
    /// will call it.
    public var socketPath: String?
    /// A file that the worker is given under the name `model`.
    public var modelPath: String?

    /// Collects the parts.
    public init(
        id: UInt64, plan: SandboxPlan, specification: WorkerSpecification, socketPath: String?,
        modelPath: String? = nil
    ) {
        self.id = id
        self.plan = plan
        self.specification = specification
        self.socketPath = socketPath
        self.modelPath = modelPath
    }
}

/// What became of a worker.
public enum WorkerEvent: Sendable {
    /// Its socket listens; its process exists where a number is given, and is told again when it does.
    case started(id: UInt64, processID: Int32?)
    /// It said something on `NOTIFY_SOCKET`, or showed in another way that it serves.
    case message(id: UInt64, WorkerMessage)
    /// It wrote a line to its output; longer ones arrive in pieces of 4 KiB. Not told where the machine's own journal
    /// takes the output.
    case output(id: UInt64, line: String)
    /// Its process has ended. The last event of a worker that was started.
    case exited(id: UInt64, ExitStatus)
    /// It could not be started. The only event of such a worker.
    case failedToStart(id: UInt64, SystemError)
    /// Nothing can be started any more: whoever starts workers has ended, and every worker with it.
    case starterEnded
}
