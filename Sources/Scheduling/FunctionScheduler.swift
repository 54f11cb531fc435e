public import FunctionTypes

/// Decides, for one host, which request waits, which runs where, and which worker starts or stops.
///
/// Events and `now` go in, effects come out; nothing else is read or done. The caller serialises the calls,
/// carries out the effects in their order, reports what became of them as further events, and calls
/// ``Event/deadlineReached`` no later than ``nextDeadline``.
///
/// A worker is told to stop only when nothing that was dispatched to it is unanswered, so that a request can
/// never be lost between the decision to dispatch it and the worker's own end.
public struct FunctionScheduler: Sendable {
    /// What happened.
    public enum Event: Hashable, Sendable {
        /// A request for a revision is here.
        case requestArrived(RequestID, RevisionKey, RevisionSettings)
        /// A worker of the revision is to be there before anybody asks for it.
        case startRequested(RevisionKey, RevisionSettings)
        /// A request was answered, or its client is gone; harmless when it had been refused.
        case requestEnded(RequestID)
        /// A worker serves.
        case workerReady(WorkerID)
        /// A worker's process has ended, or could not be started at all.
        case workerExited(WorkerID, cause: String)
        /// Whoever matches is to go to zero now: one revision's workers, or a function's.
        case stopRequested(FunctionID)
        /// These revisions of a function are the ones still routed to; workers of its others drain.
        case revisionsChanged(FunctionID, routed: Set<RevisionID>)
        /// The host ends: nothing is admitted any more, everything drains.
        case shutdownRequested
        /// ``nextDeadline`` has come.
        case deadlineReached
    }

    /// What is to be done.
    public enum Effect: Hashable, Sendable {
        /// Start a process for the revision.
        case startWorker(WorkerID, RevisionKey)
        /// Let the request go to the worker.
        case dispatch(RequestID, to: WorkerID, StartKind)
        /// Answer the request with an error.
        case refuse(RequestID, HearthError)
        /// Ask the process to end (SIGTERM).
        case stopWorker(WorkerID)
        /// End the process (SIGKILL).
        case killWorker(WorkerID)
    }

    /// Bounds that are the host's, not a function's.
    public struct Limits: Hashable, Sendable {
        /// How long a worker may take to become ready.
        public var start: Duration = .seconds(60)
        /// How long a worker may take to end after it was asked to.
        public var stop: Duration = .seconds(10)

        /// The usual figures.
        public init() {}
    }

    enum Timer: Sendable {
        case queued(RequestID)
        case starting(WorkerID)
        case idle(WorkerID)
        case stopping(WorkerID)
        case failed(RevisionKey)
    }

    let limits: Limits
    let backoff: Backoff
    var jitter: UInt64
    var lastWorkerNumber: UInt64 = 0
    var isShuttingDown = false
    var revisions: [RevisionKey: RevisionRecord] = [:]
    var workerRecords: [WorkerID: WorkerRecord] = [:]
    var requests: [RequestID: RequestRecord] = [:]
    var timers = DeadlineQueue<Timer>()

    /// Knows nothing yet.
    ///
    /// - Parameters:
    ///   - limits: the host's bounds.
    ///   - backoff: the delays after failed starts.
    ///   - jitterSeed: decides where in its spread each back-off falls; the caller's randomness.
    public init(limits: Limits = Limits(), backoff: Backoff = Backoff(), jitterSeed: UInt64 = 0) {
        self.limits = limits
        self.backoff = backoff
        jitter = jitterSeed
    }

    /// When ``Event/deadlineReached`` is due, if anything waits for a time at all. May be early, never late.
    public var nextDeadline: Instant? { timers.earliest }

    /// Every worker that has not ended, in order of start. O(n log n).
    public var workers: [WorkerRecord] { workerRecords.values.sorted { $0.id < $1.id } }

    /// The worker with this number, if it has not ended. O(1).
    public func worker(_ id: WorkerID) -> WorkerRecord? { workerRecords[id] }

    /// How many requests wait for each revision that has any.
    public var queueLengths: [RevisionKey: Int] { revisions.mapValues(\.queue.count).filter { $0.value > 0 } }

    /// Takes one event. The cost does not depend on how many functions there are, but for `stopRequested`,
    /// `revisionsChanged` and `shutdownRequested`, which look at every worker.
    public mutating func handle(_ event: Event, now: Instant) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .requestArrived(let id, let key, let settings):
            arrive(id, key, settings, now, &effects)
        case .startRequested(let key, let settings):
            prestart(key, settings, now, &effects)
        case .requestEnded(let id):
            end(id, now, &effects)
        case .workerReady(let id):
            becomeReady(id, now, &effects)
        case .workerExited(let id, let cause):
            exited(id, cause, now, &effects)
        case .stopRequested(let function):
            drain(where: { $0.key.function == function }, now, &effects)
        case .revisionsChanged(let function, let routed):
            for key in revisions.keys where key.function == function {
                revisions[key]?.isRetired = !routed.contains(key.revision)
            }
            drain(where: { $0.key.function == function && !routed.contains($0.key.revision) }, now, &effects)
        case .shutdownRequested:
            shutDown(now, &effects)
        case .deadlineReached:
            fireTimers(now, &effects)
        }
        return effects
    }

    /// A number in 0..<1 that depends only on the seed and on how often this was called. The algorithm is
    /// SplitMix64.
    mutating func drawJitter() -> Double {
        jitter &+= 0x9E37_79B9_7F4A_7C15
        var mixed = jitter
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
    }
}
