import FunctionTypes
import TestSupport

@testable import Scheduling

/// The scheduler among processes and clients that do anything at any time, with a second account of what it may do.
///
/// The account is kept from the events and effects alone; it never looks into the scheduler to learn what is allowed.
/// A broken rule is thrown as a ``BrokenRule``.
struct SchedulerWorld {
    enum RequestState: Hashable {
        case waiting
        case inFlight(WorkerID)
        case over
    }

    struct Request {
        let key: RevisionKey
        let deadline: Instant
        var state = RequestState.waiting
    }

    struct Process {
        let key: RevisionKey
        let startedAt: Instant
        var readyAt: Instant?
        /// Since when nothing is in flight; nil while something is, or before it is ready.
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
    let settings: [RevisionKey: RevisionSettings]
    var requests: [RequestID: Request] = [:]
    var waiting: [RevisionKey: [RequestID]] = [:]
    /// Processes that exist; one that was killed exists until its exit was reported.
    var processes: [WorkerID: Process] = [:]
    var isShutDown = false
    private(set) var lastEvent = FunctionScheduler.Event.deadlineReached
    private(set) var dispatches = 0
    private(set) var refusals: [HearthError.Code: Int] = [:]
    private var lastWorker: UInt64 = 0

    init(settings: [RevisionKey: RevisionSettings], jitterSeed: UInt64) {
        scheduler = FunctionScheduler(jitterSeed: jitterSeed)
        self.settings = settings
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
            requests[id] = Request(key: key, deadline: now + settings.timeout)
            waiting[key, default: []].append(id)
        case .requestEnded(let id):
            end(id)
        case .workerReady(let id):
            guard let process = processes[id], process.readyAt == nil, !process.isRetired else { return }
            processes[id]?.readyAt = now
            processes[id]?.idleSince = now
        case .workerExited(let id, _):
            for request in processes[id]?.inFlight ?? [] { requests[request]?.state = .over }
            processes[id] = nil
        case .stopRequested(let function):
            for (id, process) in processes where process.key.function == function {
                processes[id]?.isRetired = true
            }
        case .revisionsChanged(let function, let routed):
            for (id, process) in processes
            where process.key.function == function && !routed.contains(process.key.revision) {
                processes[id]?.isRetired = true
            }
        case .shutdownRequested:
            isShutDown = true
            for id in processes.keys { processes[id]?.isRetired = true }
        case .startRequested, .deadlineReached: return
        }
    }

    private mutating func end(_ id: RequestID) {
        guard let request = requests[id] else { return }
        if request.state == .waiting { waiting[request.key]?.removeAll { $0 == id } }
        if case .inFlight(let worker) = request.state {
            processes[worker]?.inFlight.remove(id)
            if processes[worker]?.inFlight.isEmpty == true { processes[worker]?.idleSince = now }
        }
        requests[id]?.state = .over
    }

    private mutating func follow(_ effect: FunctionScheduler.Effect) throws(BrokenRule) {
        switch effect {
        case .startWorker(let id, let key):
            try rule(id.number > lastWorker, "worker \(id.number) is not a new number")
            try rule(!isShutDown, "worker \(id.number) starts after the shutdown")
            lastWorker = id.number
            processes[id] = Process(key: key, startedAt: now)
        case .dispatch(let id, let worker, let kind): try followDispatch(id, worker, kind)
        case .refuse(let id, let error):
            guard let request = requests[id], request.state == .waiting else {
                throw BrokenRule(
                    description: "request \(id.number), which does not wait, is refused with \(error)")
            }
            try checkRefusal(request, error)
            refusals[error.code, default: 0] += 1
            waiting[request.key]?.removeAll { $0 == id }
            requests[id]?.state = .over
        case .stopWorker(let id):
            guard let process = processes[id] else {
                throw BrokenRule(description: "worker \(id.number), which does not exist, is stopped")
            }
            try rule(process.inFlight.isEmpty, "worker \(id.number) is stopped with requests in flight")
            try rule(process.stoppedAt == nil, "worker \(id.number) is stopped twice")
            processes[id]?.stoppedAt = now
            processes[id]?.isRetired = true
        case .killWorker(let id):
            guard let process = processes[id] else {
                throw BrokenRule(description: "worker \(id.number), which does not exist, is killed")
            }
            let due =
                process.stoppedAt.map { $0 + scheduler.limits.stop } ?? process.startedAt
                + scheduler.limits.start
            try rule(
                process.stoppedAt != nil || process.readyAt == nil,
                "worker \(id.number) is killed while it serves")
            try rule(due <= now, "worker \(id.number) is killed before its time")
            processes[id]?.isKilled = true
            processes[id]?.isRetired = true
        }
    }

    private mutating func followDispatch(
        _ id: RequestID, _ worker: WorkerID, _ kind: StartKind
    ) throws(BrokenRule) {
        guard let request = requests[id], request.state == .waiting, var process = processes[worker] else {
            throw BrokenRule(
                description: "request \(id.number) does not wait, or worker \(worker.number) is none")
        }
        guard let readyAt = process.readyAt, !process.isRetired else {
            throw BrokenRule(
                description: "request \(id.number) goes to worker \(worker.number), which does not serve")
        }
        try rule(process.key == request.key, "request \(id.number) goes to a worker of another revision")
        try rule(waiting[request.key]?.first == id, "request \(id.number) overtakes another")
        try rule(kind == .warm || kind == .cold, "request \(id.number) got a start of kind \(kind)")
        try rule(readyAt <= now, "worker \(worker.number) was ready in the future")
        process.inFlight.insert(id)
        process.idleSince = nil
        let bound = settings[request.key]?.concurrency ?? 0
        try rule(process.inFlight.count <= bound, "worker \(worker.number) has more than \(bound) in flight")
        processes[worker] = process
        waiting[request.key]?.removeFirst()
        requests[id]?.state = .inFlight(worker)
        dispatches += 1
    }

    private func checkRefusal(_ request: Request, _ error: HearthError) throws(BrokenRule) {
        switch error.code {
        case .deadlineExceeded:
            try rule(request.deadline <= now, "a request is refused for its deadline before that")
        case .noCapacity:
            let bound = settings[request.key]?.queueBound ?? 0
            try rule((waiting[request.key]?.count ?? 0) > bound, "the queue is called full and is not")
        case .workerStartFailed:
            try rule((error.retryAfter ?? .zero) > .zero, "a failed start says nothing of when to try again")
        case .shuttingDown: try rule(isShutDown, "the host does not shut down")
        default: throw BrokenRule(description: "a request is refused with \(error)")
        }
    }
}
