public import Scheduling

/// A worker as `hearth ps` shows it.
public struct WorkerStatus: Sendable {
    /// What the scheduler knows.
    public var record: WorkerRecord
    /// The process; nil until it was started.
    public var processID: Int32?
    /// The UNIX socket that it listens on.
    public var socketPath: String
    /// What it last said of itself.
    public var status: String?
    /// How long it has been in existence.
    public var age: Duration
}
