import Glibc
import LinuxSystem
import Sandbox
import Synchronization
import WorkerProtocol

/// The thread of ``StarterActivation``: everything it knows is its own, but for the mutex that proves so to
/// the compiler.
final class StarterActivationLoop: Sendable {
    struct State {
        var workers: [UInt64: WorkerLink] = [:]
        /// Whoever waits for the end; nothing is started while somebody does.
        var onShutDown: [@Sendable () -> Void] = []
        var hasStarter = true
        /// When workers were last given another second's worth of output.
        var budgetsRenewedAt = ContinuousClock.now
    }

    /// What a token of the poller stands for: the kind in the three low bits, the worker's number above.
    enum Source: UInt64 {
        case wakeUp, starter, messages, output, probe

        func token(_ id: UInt64 = 0) -> UInt64 { id << 3 | rawValue }
    }

    let poller: Poller
    let starter: StarterConnection
    let runFolder: String
    let greeting: @Sendable (String, [String]) -> Void
    let handler: @Sendable (WorkerEvent) -> Void
    private let state = Mutex(State())

    init(
        starter: StarterConnection, runFolder: String, wakeUpDescriptor: CInt,
        greeting: @escaping @Sendable (String, [String]) -> Void,
        handler: @escaping @Sendable (WorkerEvent) -> Void
    ) throws(SystemError) {
        poller = try Poller()
        try poller.add(wakeUpDescriptor, token: Source.wakeUp.token())
        try poller.add(starter.socket.descriptor.number, token: Source.starter.token())
        self.starter = starter
        self.runFolder = runFolder
        self.greeting = greeting
        self.handler = handler
        try starter.socket.send(StarterRequest.begin.bytes)
    }

    /// Runs until shut down and every worker has ended, or until the starter is gone.
    func run(takeCommands: () -> [StarterActivation.Command]) {
        state.withLock { state in
            while true {
                let isWatching = state.workers.values.contains { $0.aliveAt != nil }
                let isThrottling = state.workers.values.contains { $0.outputBudget < WorkerLink.outputBurst }
                let limit = isThrottling ? Self.budgetInterval : isWatching ? Self.watchInterval : nil
                for token in poller.wait(atMost: limit) {
                    let id = token >> 3
                    switch Source(rawValue: token & 7) {
                    case .wakeUp: for command in takeCommands() { carryOut(command, &state) }
                    case .starter: receiveReports(&state)
                    case .messages: if let link = state.workers[id] { receiveMessages(link) }
                    case .output: if let link = state.workers[id] { readOutput(link) }
                    case .probe: if let link = state.workers[id] { readProbe(link) }
                    case nil: continue
                    }
                }
                if isWatching { endTheSilent(state) }
                renewBudgets(&state)
                if !state.onShutDown.isEmpty, state.workers.isEmpty {
                    if state.hasStarter { starter.end() }
                    for done in state.onShutDown { done() }
                    return
                }
                if !state.hasStarter { return }
            }
        }
    }

    private func carryOut(_ command: StarterActivation.Command, _ state: inout State) {
        switch command {
        case .start(let start):
            guard state.onShutDown.isEmpty, state.hasStarter else {
                handler(.failedToStart(id: start.id, .tooLate(start)))
                return
            }
            let link = WorkerLink(start)
            do throws(SystemError) {
                try send(start, link)
                state.workers[start.id] = link
            } catch {
                close(link)
                handler(.failedToStart(id: start.id, error))
            }
        case .signal(let id, let number):
            guard state.workers[id] != nil else { return }
            try? starter.socket.send(StarterRequest.signal(id: id, number: number).bytes)
        case .shutDown(let done):
            state.onShutDown.append(done)
            for id in state.workers.keys {
                try? starter.socket.send(StarterRequest.signal(id: id, number: SIGKILL).bytes)
            }
        }
    }

    private func receiveReports(_ state: inout State) {
        while true {
            switch starter.socket.receive() {
            case .nothing: return
            case .end: return loseStarter(&state)
            case .message(let bytes, _):
                // Host and starter are built together; what cannot be read is of no use to anybody.
                if let report = try? StarterReport(bytes) { take(report, &state) }
            }
        }
    }

    private func take(_ report: StarterReport, _ state: inout State) {
        switch report {
        case .hello(let description, let notEnforced): greeting(description, notEnforced)
        case .started(let id, let processID):
            guard let link = state.workers[id] else { return }
            handler(.started(id: id, processID: processID))
            listen(to: link)
            ask(link)
        case .message(let id, let text):
            guard state.workers[id] != nil else { return }
            handler(.message(id: id, WorkerMessage(Array(text.utf8))))
        case .exited(let id, let status):
            guard let link = state.workers.removeValue(forKey: id) else { return }
            drain(link)
            close(link)
            handler(.exited(id: id, status))
        case .failed(let id, let error):
            guard let link = state.workers.removeValue(forKey: id) else { return }
            close(link)
            handler(.failedToStart(id: id, error))
        }
    }

    /// How often the watchdog looks.
    private static let watchInterval: Duration = .seconds(5)

    /// How often workers may write as much as their budget.
    private static let budgetInterval: Duration = .seconds(1)

    private func renewBudgets(_ state: inout State) {
        let now = ContinuousClock.now
        guard now - state.budgetsRenewedAt >= Self.budgetInterval else { return }
        state.budgetsRenewedAt = now
        for link in state.workers.values { renewBudget(link) }
    }

    /// Ends workers that said once that they live and say so no more.
    private func endTheSilent(_ state: State) {
        let now = ContinuousClock.now
        for (id, link) in state.workers {
            guard let aliveAt = link.aliveAt, now - aliveAt > Watchdog.patience else { continue }
            link.aliveAt = nil
            handler(
                .output(id: id, line: "the watchdog ends this worker: it was silent for \(Watchdog.patience)")
            )
            try? starter.socket.send(StarterRequest.signal(id: id, number: SIGKILL).bytes)
        }
    }

    /// The kernel has ended every worker with their parent.
    private func loseStarter(_ state: inout State) {
        guard state.hasStarter else { return }
        state.hasStarter = false
        poller.remove(starter.socket.descriptor.number)
        starter.end()
        for (id, link) in state.workers {
            drain(link)
            close(link)
            handler(.exited(id: id, .signalled(SIGKILL)))
        }
        state.workers = [:]
        if state.onShutDown.isEmpty { handler(.starterEnded) }
    }
}

extension SystemError {
    static func tooLate(_ start: WorkerStart) -> SystemError {
        SystemError("start", start.specification.function, code: ESHUTDOWN)
    }
}
