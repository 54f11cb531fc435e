/// Where a worker is in its life.
///
/// | state | ready | exited | last request ends | drain asked | deadline |
/// |---|---|---|---|---|---|
/// | starting | ready | failed start | – | draining | killed, failed start |
/// | ready | – | gone | idle timer | draining | draining (idle too long) |
/// | draining | draining | gone | stopping | draining | – |
/// | stopping | stopping | gone | – | stopping | killed |
public enum WorkerState: Hashable, Sendable {
    /// Started, not yet serving. Exits: ready, draining, stopping, end of process.
    case starting(deadline: Instant)
    /// Serving; idle since an instant when nothing is in flight. Exits: draining, stopping, end of process.
    case ready(idleSince: Instant?)
    /// Gets no new request; told to stop when its last one ends. Exits: stopping, end of process.
    case draining
    /// Told to stop; killed at the deadline. Exit: end of process.
    case stopping(deadline: Instant)
}

/// A worker as the scheduler sees it.
public struct WorkerRecord: Hashable, Sendable {
    /// Which worker.
    public let id: WorkerID
    /// What it serves.
    public let key: RevisionKey
    /// When it was started.
    public let startedAt: Instant
    /// When it became ready; nil before.
    public internal(set) var readyAt: Instant?
    /// Where it is in its life.
    public internal(set) var state: WorkerState
    /// Requests it was given and has not answered.
    public internal(set) var inFlight = 0
    /// Requests it was given in all.
    public internal(set) var served = 0
    /// Whether a timer looks after its idleness; one is enough.
    var hasIdleTimer = false
}
