import FunctionTypes

/// What the scheduler keeps for a revision that has a worker, a waiting request or a recent failure; nothing
/// else is kept.
struct RevisionRecord: Sendable {
    /// As the latest request brought them.
    var settings: RevisionSettings
    /// Waiting requests, oldest first.
    var queue: [RequestID] = []
    /// The worker that gets the next request, starting or ready.
    var active: WorkerID?
    /// Starts that failed since the last that succeeded.
    var failures = 0
    /// No start before this instant, and why.
    var blocked: (until: Instant, cause: String)?
    /// Nobody is routed to it any more: a worker serves those who wait already, and does not stay after them.
    var isRetired = false

    /// How long an idle worker stays; nil is for ever.
    var keepAlive: Duration? { isRetired ? .zero : settings.keepAlive }
}

/// A request that has neither been refused nor ended.
struct RequestRecord: Sendable {
    /// What it is for.
    let key: RevisionKey
    /// When it came.
    let arrivedAt: Instant
    /// When it is refused if it still waits.
    let deadline: Instant
    /// The worker it was dispatched to; nil while it waits.
    var worker: WorkerID?
}
