import Activation
import FunctionTypes
import Scheduling

extension Dispatcher {
    /// Posts what concerns processes; returns what is to be told to a request, after the lock.
    func carryOut(_ effect: FunctionScheduler.Effect, _ now: Instant, _ state: inout State) -> (() -> Void)? {
        switch effect {
        case .startWorker(let id, let key):
            start(id, key, now, &state)
            return nil
        case .stopWorker(let id):
            activation.stop(id.number)
            return nil
        case .killWorker(let id):
            activation.kill(id.number)
            return nil
        case .refuse(let id, let error):
            guard let waiting = state.waiting.removeValue(forKey: id) else { return nil }
            return { waiting.answer(.failure(error)) }
        case .dispatch(let id, let worker, let kind):
            guard let waiting = state.waiting.removeValue(forKey: id), let running = state.workers[worker]
            else {
                return nil
            }
            let phases = running.phases(arrived: waiting.arrivedAt, now: now)
            let dispatch = Dispatch(
                worker: worker, socketPath: running.socketPath, startKind: kind, queue: phases.queue,
                activate: phases.activate, load: phases.load)
            return { waiting.answer(.success(dispatch)) }
        }
    }

    private func start(_ id: WorkerID, _ key: RevisionKey, _ now: Instant, _ state: inout State) {
        guard let target = state.targets[key] else {
            preconditionFailure("a start is decided for a request or a prestart, which brought the target")
        }
        let socketPath = configuration.socketPath(of: id)
        state.workers[id] = RunningWorker(key: key, socketPath: socketPath, startedAt: now)
        activation.start(
            WorkerStart(
                id: id.number, plan: target.plan, specification: target.specification,
                socketPath: socketPath, modelPath: target.modelPath))
    }
}
