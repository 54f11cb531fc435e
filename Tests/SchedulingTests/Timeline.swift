import FunctionTypes
import TestSupport

@testable import Scheduling

/// Tells a scheduler a story: at this time, this happens. Answers with the effects in a few words each.
///
/// | effect | words |
/// |---|---|
/// | `startWorker` | `start 1 a1`: worker 1 for revision 1 of function a |
/// | `dispatch` | `dispatch 7 to 1 cold` |
/// | `refuse` | `refuse 7 no_capacity` |
/// | `stopWorker`, `killWorker` | `stop 1`, `kill 1` |
final class Timeline {
    private(set) var scheduler: FunctionScheduler
    private var clock = ManualClock()
    /// The effects of the last event, as they were.
    private(set) var effects: [FunctionScheduler.Effect] = []

    init(limits: FunctionScheduler.Limits = FunctionScheduler.Limits(), jitterSeed: UInt64 = 1) {
        scheduler = FunctionScheduler(limits: limits, jitterSeed: jitterSeed)
    }

    /// What an event at a time, in seconds, leads to. A deadline that is due before it is the story's own to
    /// tell.
    func at(_ seconds: Double, _ event: FunctionScheduler.Event) -> [String] {
        clock.advance(to: .seconds(seconds))
        effects = scheduler.handle(event, now: Instant.zero + clock.now)
        return effects.map(Self.words)
    }

    /// When the next deadline is, in seconds.
    var nextDeadline: Double? { scheduler.nextDeadline.map { ($0 - .zero) / .seconds(1) } }

    /// Lets the deadlines come one by one, those that the story skipped at once; the first that does anything
    /// tells when and what.
    func nextEffects(until end: Double) -> (seconds: Double, effects: [String])? {
        while let deadline = scheduler.nextDeadline, deadline <= .zero + .seconds(end) {
            clock.advance(to: max(deadline - .zero, clock.now))
            effects = scheduler.handle(.deadlineReached, now: .zero + clock.now)
            if !effects.isEmpty { return (clock.now / .seconds(1), effects.map(Self.words)) }
        }
        return nil
    }

    /// What the scheduler remembers: revisions, workers, requests.
    var remembered: [Int] {
        [scheduler.revisions.count, scheduler.workerRecords.count, scheduler.requests.count]
    }

    /// The errors among the last event's effects.
    var errors: [HearthError] {
        effects.compactMap { if case .refuse(_, let error) = $0 { error } else { nil } }
    }

    static func words(_ effect: FunctionScheduler.Effect) -> String {
        switch effect {
        case .startWorker(let worker, let key):
            "start \(worker.number) \(key.function.name)\(key.revision.digest.bytes[0])"
        case .dispatch(let request, let worker, let kind):
            "dispatch \(request.number) to \(worker.number) \(kind.rawValue)"
        case .refuse(let request, let error): "refuse \(request.number) \(error.code.rawValue)"
        case .stopWorker(let worker): "stop \(worker.number)"
        case .killWorker(let worker): "kill \(worker.number)"
        }
    }
}

extension RevisionKey {
    /// A revision that is told apart by a small number.
    static func sample(_ function: String = "a", _ revision: UInt8 = 1, tenant: TenantID = .default)
        -> RevisionKey
    {
        guard let name = try? FunctionName(function) else { preconditionFailure("\(function) is no name") }
        return RevisionKey(
            function: FunctionID(tenant: tenant, name: name),
            revision: RevisionID(Digest(bytes: [UInt8](repeating: revision, count: Digest.byteCount))))
    }
}

extension RevisionSettings {
    /// Settings for a story: what it is about is given, the rest does not disturb it.
    static func sample(
        concurrency: Int = 8, queueBound: Int = 1024, timeout: Double = 30, keepAlive: Double? = 600
    ) -> RevisionSettings {
        RevisionSettings(
            concurrency: concurrency, queueBound: queueBound, timeout: .seconds(timeout),
            keepAlive: keepAlive.map { .seconds($0) })
    }
}

extension FunctionScheduler.Event {
    static func arrives(
        _ request: UInt64, _ key: RevisionKey = .sample(), _ settings: RevisionSettings = .sample()
    ) -> Self { .requestArrived(RequestID(request), key, settings) }

    static func ends(_ request: UInt64) -> Self { .requestEnded(RequestID(request)) }

    static func ready(_ worker: UInt64) -> Self { .workerReady(WorkerID(worker)) }

    static func exits(_ worker: UInt64, _ cause: String = "its process exited with status 1") -> Self {
        .workerExited(WorkerID(worker), cause: cause)
    }

    static func stops(_ key: RevisionKey = .sample()) -> Self { .stopRequested(key.function) }

    static func prestarts(_ key: RevisionKey = .sample(), _ settings: RevisionSettings = .sample()) -> Self {
        .startRequested(key, settings)
    }
}
