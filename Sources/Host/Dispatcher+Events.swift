import Activation
import FunctionTypes
import Glibc
import LinuxSystem
import Logging
import NIOCore
import Scheduling
import Synchronization
import WorkerProtocol

extension Dispatcher {
    /// Takes what the starter reports; runs on its thread.
    func receive(_ event: WorkerEvent) {
        switch event {
        case .started(let id, let processID):
            if let processID { state.withLock { $0.workers[WorkerID(id)]?.processID = processID } }
        case .message(let id, let message) where id > Self.firstValidation:
            state.withLock { if let failure = message.failure { $0.validations[id]?.failure = failure } }
        case .message(let id, let message):
            let isFirst = state.withLock { state in
                let isFirst = message.isReady && state.workers[WorkerID(id)]?.readyAt == nil
                if let load = message.loadMicroseconds {
                    state.workers[WorkerID(id)]?.load = .microseconds(load)
                }
                if let status = message.status { state.workers[WorkerID(id)]?.status = status }
                if let failure = message.failure { state.workers[WorkerID(id)]?.failure = failure }
                if message.isReady, state.workers[WorkerID(id)]?.readyAt == nil {
                    state.workers[WorkerID(id)]?.readyAt = HostClock.now()
                }
                return isFirst
            }
            if isFirst {
                handle(.workerReady(WorkerID(id)))
                // After whoever waits was served: a log line is not worth a request's time.
                logReady(WorkerID(id))
            }
        case .output(let id, let line):
            guard let key = state.withLock({ $0.workers[WorkerID(id)]?.key }) else { return }
            logs.append(line, worker: id, of: key.function)
        case .exited(let id, let status) where id > Self.firstValidation:
            finishValidation(id, status)
        case .exited(let id, let status):
            exited(WorkerID(id), status)
        case .failedToStart(let id, let error) where id > Self.firstValidation:
            finishValidation(id, error)
        case .failedToStart(let id, let error):
            gone(WorkerID(id), cause: "\(error)")
        case .starterEnded:
            logger.critical("the process that starts workers has ended; the host ends too")
            onStarterEnd()
        }
    }

    private func logReady(_ id: WorkerID) {
        guard let worker = state.withLock({ $0.workers[id] }), let readyAt = worker.readyAt else { return }
        let start = (readyAt - worker.startedAt) / .milliseconds(1)
        let load = worker.load / .milliseconds(1)
        logs.note(
            "process \(worker.processID ?? 0) ready after \(start.rounded(toDigits: 1)) ms, "
                + "\(load.rounded(toDigits: 1)) ms of them for the model",
            worker: id.number, of: worker.key.function)
    }

    private func exited(_ id: WorkerID, _ status: ExitStatus) {
        let (running, record) = state.withLock { ($0.workers[id], $0.scheduler.worker(id)) }
        guard let running else { return }
        let cause = running.failure ?? "its process \(status)"
        let isExpected: Bool
        if case .stopping = record?.state {
            // Programs that handle SIGTERM often send it to themselves once more when they have drained.
            isExpected = [.exited(0), .signalled(SIGTERM)].contains(status)
        } else {
            isExpected = false
        }
        if !isExpected {
            logger.error(
                "worker died",
                metadata: [
                    "function": "\(running.key.function)", "revision": "\(running.key.revision)",
                    "worker": "\(id.number)", "cause": "\(cause)",
                    "in_flight": "\(record?.inFlight ?? 0)",
                    "last_output":
                        "\(logs.lastLines(of: id.number, running.key.function).joined(separator: " | "))",
                ])
        }
        logs.note("process \(status)", worker: id.number, of: running.key.function)
        logs.workerEnded(id.number)
        gone(id, cause: cause)
    }

    private func gone(_ id: WorkerID, cause: String) {
        handle(.workerExited(id, cause: cause))
        let ended = state.withLock { state in
            if let key = state.workers.removeValue(forKey: id)?.key,
                !state.scheduler.workers.contains(where: { $0.key == key })
            {
                // A request that waits brings its target again when it comes; those that wait now keep
                // theirs.
                if !state.waiting.values.contains(where: { $0.target.key == key }) {
                    state.targets[key] = nil
                }
            }
            return waitsEnded(by: id, &state)
        }
        for promise in ended { promise.succeed() }
    }
}

extension Double {
    fileprivate func rounded(toDigits digits: Int) -> Double {
        let factor = (0..<digits).reduce(1.0) { factor, _ in factor * 10 }
        return (self * factor).rounded() / factor
    }
}

/// Breaks the circle between the dispatcher and the thread that reports to it: nothing is started before both
/// exist.
final class EventRelay: Sendable {
    private let dispatcher = Mutex<Dispatcher?>(nil)

    func connect(_ dispatcher: Dispatcher) { self.dispatcher.withLock { $0 = dispatcher } }

    func receive(_ event: WorkerEvent) {
        dispatcher.withLock { $0 }?.receive(event)
    }
}
