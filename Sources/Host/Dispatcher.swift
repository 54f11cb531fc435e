import Activation
public import FunctionTypes
import LinuxSystem
import Logging
import NIOCore
public import Scheduling
import Synchronization
import WorkerProtocol

/// Runs the scheduler: tells it what happens, and carries out what it decides.
///
/// Effects on processes are posted under the lock, so that they leave in the order in which they were
/// decided; answers to requests are given after it, because whoever gets one may come back at once.
public final class Dispatcher: Sendable {
    /// What is told to whoever asked for a request to be admitted; called once, on any thread.
    public typealias Answer = @Sendable (Result<Dispatch, HearthError>) -> Void

    struct Waiting {
        let answer: Answer
        let arrivedAt: Instant
        let target: WorkerTarget
    }

    struct State {
        var scheduler: FunctionScheduler
        var lastRequestNumber: UInt64 = 0
        var waiting: [RequestID: Waiting] = [:]
        /// What starts need; kept from the decision to the start only.
        var targets: [RevisionKey: WorkerTarget] = [:]
        var workers: [WorkerID: RunningWorker] = [:]
        var validations: [UInt64: ModelValidation] = [:]
        var lastValidationNumber: UInt64 = Dispatcher.firstValidation
        /// When the scheduler was last told anything.
        var lastActiveAt = HostClock.now()
        var timer: (task: Scheduled<Void>, at: Instant)?
        /// Whoever waits until these workers have ended.
        var waitingForZero: [(workers: Set<WorkerID>, promise: EventLoopPromise<Void>)] = []
    }

    /// Workers that validate a model are numbered from here, apart from those that serve.
    static let firstValidation: UInt64 = 1 << 48

    let configuration: DispatcherConfiguration
    let logs: LogStore
    let logger: Logger
    let timerLoop: any EventLoop
    let state: Mutex<State>
    let activation: any WorkerActivation

    /// What is to be done when nothing can be started any more.
    let onStarterEnd: @Sendable () -> Void

    /// Starts the thread that has workers started.
    ///
    /// - Parameter onStarterEnd: called once, when whoever starts workers has ended; the host is of no use then.
    /// - Throws: `SystemError`.
    init(
        configuration: DispatcherConfiguration, starter: StarterConnection, logs: LogStore,
        timerLoop: any EventLoop, logger: Logger, onStarterEnd: @escaping @Sendable () -> Void
    ) throws {
        self.configuration = configuration
        self.logs = logs
        self.logger = logger
        self.timerLoop = timerLoop
        self.onStarterEnd = onStarterEnd
        let seed = UInt64.random(in: 0 ... .max)
        state = Mutex(State(scheduler: FunctionScheduler(jitterSeed: seed)))
        let relay = EventRelay()
        activation = try StarterActivation(
            starter: starter, runFolder: configuration.runFolder,
            greeting: { description, notEnforced in
                logger.info(
                    "starting workers",
                    metadata: ["activation": "\(starter.kind.rawValue)", "by": "\(description)"])
                for limit in notEnforced { logger.warning("not enforced here: \(limit)") }
            },
            handler: { relay.receive($0) })
        relay.connect(self)
    }

    /// Asks for a worker. Returns at once; the answer may have been given before.
    ///
    /// - Returns: the number under which the request is to be reported as ended, whatever the answer.
    @discardableResult
    public func admit(_ target: WorkerTarget, answer: @escaping Answer) -> RequestID {
        let id = state.withLock { state in
            state.lastRequestNumber += 1
            return RequestID(state.lastRequestNumber)
        }
        handle(.requestArrived(id, target.key, target.settings)) { state in
            state.waiting[id] = Waiting(answer: answer, arrivedAt: HostClock.now(), target: target)
            state.targets[target.key] = target
        }
        return id
    }

    /// Reports that a request was answered or that its client is gone. A waiting request then gets no answer
    /// any more.
    public func ended(_ id: RequestID) {
        handle(.requestEnded(id)) { _ = $0.waiting.removeValue(forKey: id) }
    }

    /// Starts a worker before anybody asks for it.
    func prestart(_ target: WorkerTarget) {
        handle(.startRequested(target.key, target.settings)) { $0.targets[target.key] = target }
    }

    /// Takes a function to zero workers, now, and waits for that; those that are busy first finish what they
    /// have.
    public func stop(_ function: FunctionID) async { await zero(function, after: .stopRequested(function)) }

    /// Reports that a worker takes no connection: it is dead or as good as dead. Another is started for
    /// whoever waits.
    public func lost(_ worker: WorkerID) {
        activation.kill(worker.number)
        handle(.workerExited(worker, cause: "it accepts no connection"))
    }

    /// Lets workers of revisions that nobody is routed to any more drain.
    func revisionsChanged(_ function: FunctionID, routed: Set<RevisionID>) {
        handle(.revisionsChanged(function, routed: routed))
    }

    /// Every worker, in order of start.
    public func workers() -> [WorkerStatus] {
        let now = HostClock.now()
        return state.withLock { state in
            state.scheduler.workers.map { record in
                let running = state.workers[record.id]
                return WorkerStatus(
                    record: record, processID: running?.processID,
                    socketPath: configuration.socketPath(of: record.id), status: running?.status,
                    age: now - record.startedAt)
            }
        }
    }

    /// Admits nothing any more, lets every worker drain, and ends them. Workers that do not end in time are
    /// killed.
    public func shutDown() async {
        await zero(nil, after: .shutdownRequested)
        activation.shutDown()
    }

    /// Waits until the workers that a function, or nil for the host, has now have ended.
    private func zero(_ function: FunctionID?, after event: FunctionScheduler.Event) async {
        let promise = timerLoop.makePromise(of: Void.self)
        let running = state.withLock { state in
            let running = Set(
                state.scheduler.workers.filter { function == nil || $0.key.function == function }.map(\.id))
            if !running.isEmpty { state.waitingForZero.append((running, promise)) }
            return running
        }
        handle(event)
        if running.isEmpty { promise.succeed() }
        try? await promise.futureResult.get()
    }

    /// The waits that end because a worker has ended.
    func waitsEnded(by id: WorkerID, _ state: inout State) -> [EventLoopPromise<Void>] {
        for index in state.waitingForZero.indices { state.waitingForZero[index].workers.remove(id) }
        let ended = state.waitingForZero.filter(\.workers.isEmpty)
        state.waitingForZero.removeAll(where: \.workers.isEmpty)
        return ended.map(\.promise)
    }

    /// - Parameter prepare: what must be known before the event's effects are carried out.
    func handle(_ event: FunctionScheduler.Event, preparing prepare: (inout State) -> Void = { _ in }) {
        let answers = state.withLock { state in
            prepare(&state)
            let now = HostClock.now()
            state.lastActiveAt = now
            let effects = state.scheduler.handle(event, now: now)
            let answers = effects.compactMap { carryOut($0, now, &state) }
            setTimer(now, &state)
            return answers
        }
        for answer in answers { answer() }
    }

    private func setTimer(_ now: Instant, _ state: inout State) {
        guard let deadline = state.scheduler.nextDeadline else { return }
        if let timer = state.timer {
            guard deadline < timer.at else { return }
            timer.task.cancel()
        }
        let delay = TimeAmount.nanoseconds(max(0, deadline.nanoseconds - now.nanoseconds))
        let task = timerLoop.scheduleTask(in: delay) { [self] in
            self.state.withLock { $0.timer = nil }
            handle(.deadlineReached)
        }
        state.timer = (task, deadline)
    }
}
