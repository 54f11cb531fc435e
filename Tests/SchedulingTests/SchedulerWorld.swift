import FunctionTypes
import TestSupport

@testable import Scheduling

/// The scheduler among processes and clients that do anything at any time, with a second account of what it
/// may do.
///
/// The account is kept from the events and effects alone; it never looks into the scheduler to learn what is
/// allowed. A broken rule is thrown as a ``BrokenRule``.
struct SchedulerWorld {
    /// A request that was neither refused nor ended; without a worker it waits.
    struct Request {
        let revision: Int
        let deadline: Instant
        var worker: WorkerID?
    }

    /// A process that exists; one that was killed exists until its exit is reported.
    struct Process {
        let revision: Int
        let startedAt: Instant
        var readyAt: Instant?
        /// Since when nothing is in flight; nil while something is, and before it is ready.
        var idleSince: Instant?
        /// Gets no request any more.
        var isRetired = false
        var stoppedAt: Instant?
        var isKilled = false
        var inFlight: Set<RequestID> = []
    }

    struct BrokenRule: Error, CustomStringConvertible {
        let description: String
    }

    var scheduler: FunctionScheduler
    var now = Instant.zero
    /// Revisions are known by their place here: keys are slow to hash, and there are many events.
    let keys: [RevisionKey]
    let settings: [RevisionSettings]
    private let places: [RevisionKey: Int]
    private(set) var requests: [RequestID: Request] = [:]
    private(set) var waiting: [[RequestID]]
    private(set) var processes: [WorkerID: Process] = [:]
    /// Revisions that nobody is routed to since the last deploy of their function.
    private var unrouted: Set<Int> = []
    private var isShutDown = false
    private var lastEvent = FunctionScheduler.Event.deadlineReached
    private var lastWorker: UInt64 = 0
    private(set) var dispatches = 0
    private(set) var refusals: [HearthError.Code: Int] = [:]

    init(_ revisions: [(key: RevisionKey, settings: RevisionSettings)], jitterSeed: UInt64) {
        scheduler = FunctionScheduler(jitterSeed: jitterSeed)
        keys = revisions.map(\.key)
        settings = revisions.map(\.settings)
        places = Dictionary(uniqueKeysWithValues: zip(keys, keys.indices))
        waiting = [[RequestID]](repeating: [], count: keys.count)
    }

    /// Tells the scheduler, follows what it decides, and checks every rule.
    mutating func happen(_ event: FunctionScheduler.Event) throws(BrokenRule) {
        lastEvent = event
        prepare(event)
        let effects = scheduler.handle(event, now: now)
        for effect in effects { try follow(effect) }
        if case .deadlineReached = event { try checkDeadlines() }
        try checkBalance()
    }

    func rule(_ holds: Bool, _ broken: @autoclosure () -> String) throws(BrokenRule) {
        guard holds else { throw BrokenRule(description: "\(broken()), at \(now) after \(lastEvent)") }
    }

    /// What an event means before anybody decides anything.
    private mutating func prepare(_ event: FunctionScheduler.Event) {
        switch event {
        case .requestArrived(let id, let key, let settings):
            guard let revision = places[key] else { preconditionFailure("a story has few revisions") }
            requests[id] = Request(revision: revision, deadline: now + settings.timeout)
            waiting[revision].append(id)
        case .requestEnded(let id):
            end(id)
        case .workerReady(let id):
            guard let process = processes[id], process.readyAt == nil, !process.isRetired else { return }
            processes[id]?.readyAt = now
            processes[id]?.idleSince = now
        case .workerExited(let id, _):
            for request in processes[id]?.inFlight ?? [] { requests[request] = nil }
            processes[id] = nil
        case .stopRequested(let function):
            retire { $0.function == function }
        case .revisionsChanged(let function, let routed):
            for (place, key) in keys.enumerated() where key.function == function {
                if routed.contains(key.revision) { unrouted.remove(place) } else { unrouted.insert(place) }
            }
            retire { $0.function == function && !routed.contains($0.revision) }
        case .shutdownRequested:
            isShutDown = true
            retire { _ in true }
        case .startRequested, .deadlineReached: return
        }
    }

    private mutating func retire(where matches: (RevisionKey) -> Bool) {
        let places = Set(keys.indices.filter { matches(keys[$0]) })
        for (id, process) in processes where places.contains(process.revision) {
            processes[id]?.isRetired = true
        }
    }

    private mutating func end(_ id: RequestID) {
        guard let request = requests.removeValue(forKey: id) else { return }
        guard let worker = request.worker else {
            waiting[request.revision].removeAll { $0 == id }
            return
        }
        processes[worker]?.inFlight.remove(id)
        if processes[worker]?.inFlight.isEmpty == true { processes[worker]?.idleSince = now }
    }

    private mutating func follow(_ effect: FunctionScheduler.Effect) throws(BrokenRule) {
        switch effect {
        case .startWorker(let id, let key):
            try rule(id.number > lastWorker, "worker \(id.number) is not a new number")
            try rule(!isShutDown, "worker \(id.number) starts after the shutdown")
            guard let revision = places[key] else { throw BrokenRule(description: "a stranger is started") }
            lastWorker = id.number
            processes[id] = Process(revision: revision, startedAt: now)
        case .dispatch(let id, let worker, let kind): try followDispatch(id, worker, kind)
        case .refuse(let id, let error): try followRefusal(id, error)
        case .stopWorker(let id): try followStop(id)
        case .killWorker(let id): try followKill(id)
        }
    }

    private mutating func followDispatch(
        _ id: RequestID, _ worker: WorkerID, _ kind: StartKind
    ) throws(BrokenRule) {
        guard let request = requests[id], request.worker == nil, var process = processes[worker] else {
            throw BrokenRule(
                description: "request \(id.number) does not wait, or worker \(worker.number) is none")
        }
        try rule(
            process.readyAt != nil && !process.isRetired,
            "worker \(worker.number) gets a request and does not serve")
        try rule(
            process.revision == request.revision, "request \(id.number) goes to a worker of another revision")
        try rule(waiting[request.revision].first == id, "request \(id.number) overtakes another")
        try rule(kind == .warm || kind == .cold, "request \(id.number) got a start of kind \(kind)")
        process.inFlight.insert(id)
        process.idleSince = nil
        let bound = settings[request.revision].concurrency
        try rule(process.inFlight.count <= bound, "worker \(worker.number) has more than \(bound) in flight")
        processes[worker] = process
        waiting[request.revision].removeFirst()
        requests[id]?.worker = worker
        dispatches += 1
    }

    private mutating func followRefusal(_ id: RequestID, _ error: HearthError) throws(BrokenRule) {
        guard let request = requests[id], request.worker == nil else {
            throw BrokenRule(
                description: "request \(id.number), which does not wait, is refused with \(error)")
        }
        switch error.code {
        case .deadlineExceeded:
            try rule(request.deadline <= now, "request \(id.number) is refused before its deadline")
        case .noCapacity:
            let bound = settings[request.revision].queueBound
            try rule(waiting[request.revision].count > bound, "the queue is called full and is not")
        case .workerStartFailed:
            try rule((error.retryAfter ?? .zero) > .zero, "a failed start says nothing of when to try again")
        case .shuttingDown: try rule(isShutDown, "the host does not shut down")
        default: throw BrokenRule(description: "request \(id.number) is refused with \(error)")
        }
        refusals[error.code, default: 0] += 1
        waiting[request.revision].removeAll { $0 == id }
        requests[id] = nil
    }

    private mutating func followStop(_ id: WorkerID) throws(BrokenRule) {
        guard let process = processes[id] else {
            throw BrokenRule(description: "worker \(id.number), which does not exist, is stopped")
        }
        try rule(process.inFlight.isEmpty, "worker \(id.number) is stopped with requests in flight")
        try rule(process.stoppedAt == nil, "worker \(id.number) is stopped twice")
        if lastEvent == .deadlineReached, !unrouted.contains(process.revision),
            let idleSince = process.idleSince
        {
            let end = settings[process.revision].keepAlive.map { idleSince + $0 }
            try rule(
                end.map { $0 <= now } ?? false, "worker \(id.number) is stopped before its keep-alive ends")
        }
        processes[id]?.stoppedAt = now
        processes[id]?.isRetired = true
    }

    private mutating func followKill(_ id: WorkerID) throws(BrokenRule) {
        guard let process = processes[id] else {
            throw BrokenRule(description: "worker \(id.number), which does not exist, is killed")
        }
        let due =
            process.stoppedAt.map { $0 + scheduler.limits.stop } ?? process.startedAt + scheduler.limits.start
        try rule(
            process.stoppedAt != nil || process.readyAt == nil,
            "worker \(id.number) is killed while it serves")
        try rule(due <= now, "worker \(id.number) is killed before its time")
        processes[id]?.isKilled = true
        processes[id]?.isRetired = true
    }
}
