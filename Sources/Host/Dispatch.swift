public import FunctionTypes
public import Scheduling

/// The scheduler's word that a request may go to a worker.
public struct Dispatch: Sendable {
    /// The worker.
    public var worker: WorkerID
    /// The UNIX socket that it listens on.
    public var socketPath: String
    /// How the worker came to be there.
    public var startKind: StartKind
    /// The time in which nothing but waiting for a turn happened.
    public var queue: Duration
    /// The time that the request waited for a process to be started, without `load`.
    public var activate: Duration
    /// The time that the request waited for the worker to load its model.
    public var load: Duration
}
