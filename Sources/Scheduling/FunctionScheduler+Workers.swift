import FunctionTypes

extension FunctionScheduler {
    mutating func start(_ key: RevisionKey, _ now: Instant, _ effects: inout [Effect]) -> WorkerID {
        lastWorkerNumber += 1
        let id = WorkerID(lastWorkerNumber)
        let deadline = now + limits.start
        workerRecords[id] = WorkerRecord(
            id: id, key: key, startedAt: now, state: .starting(deadline: deadline))
        timers.set(.starting(id), at: deadline)
        effects.append(.startWorker(id, key))
        return id
    }

    mutating func prestart(
        _ key: RevisionKey, _ settings: RevisionSettings, _ now: Instant, _ effects: inout [Effect]
    ) {
        var revision = revisions[key] ?? RevisionRecord(settings: settings)
        revision.settings = settings
        let isBlocked = revision.blocked.map { now < $0.until } ?? false
        if revision.active == nil, !isBlocked, !isShuttingDown { revision.active = start(key, now, &effects) }
        revisions[key] = revision
        forgetIfIdle(key, now)
    }

    mutating func becomeReady(_ id: WorkerID, _ now: Instant, _ effects: inout [Effect]) {
        // A worker may say READY again, or while it is being stopped; only the first time means anything.
        guard var worker = workerRecords[id], case .starting = worker.state else { return }
        worker.state = .ready(idleSince: now)
        worker.readyAt = now
        workerRecords[id] = worker
        revisions[worker.key]?.failures = 0
        revisions[worker.key]?.blocked = nil
        advance(worker.key, now, &effects)
    }

    mutating func exited(_ id: WorkerID, _ cause: String, _ now: Instant, _ effects: inout [Effect]) {
        guard let worker = workerRecords.removeValue(forKey: id) else { return }
        // Requests that it had are answered by whoever carries their bytes; here they only stop counting.
        if worker.inFlight > 0 {
            for (request, record) in requests where record.worker == id { requests[request] = nil }
        }
        guard revisions[worker.key]?.active == id else {
            forgetIfIdle(worker.key, now)
            return
        }
        revisions[worker.key]?.active = nil
        if case .starting = worker.state {
            startFailed(worker.key, cause, now, &effects)
        } else {
            advance(worker.key, now, &effects)
            forgetIfIdle(worker.key, now)
        }
    }

    /// Refuses everybody who waited for the start, and blocks the next one for a while.
    private mutating func startFailed(
        _ key: RevisionKey, _ cause: String, _ now: Instant, _ effects: inout [Effect]
    ) {
        guard var revision = revisions[key] else { return }
        revision.failures += 1
        let delay = backoff.delay(afterFailures: revision.failures, draw: drawJitter())
        revision.blocked = (now + delay, cause)
        timers.set(.failed(key), at: now + delay + backoff.limit)
        let waiting = revision.queue
        revision.queue = []
        revisions[key] = revision
        for request in waiting {
            requests[request] = nil
            effects.append(.refuse(request, .startFailed(key, cause, retryAfter: delay)))
        }
    }

    /// Takes the matching workers out of service.
    mutating func drain(
        where matches: (WorkerRecord) -> Bool, _ now: Instant, _ effects: inout [Effect]
    ) {
        for worker in workers where matches(worker) { drain(worker, now, &effects) }
    }

    /// Takes a worker out of service: its requests end, then it does. Whoever waits gets a new one.
    mutating func drain(_ worker: WorkerRecord, _ now: Instant, _ effects: inout [Effect]) {
        switch worker.state {
        case .draining, .stopping: return
        case .starting, .ready: break
        }
        if revisions[worker.key]?.active == worker.id { revisions[worker.key]?.active = nil }
        if worker.inFlight == 0 {
            stop(worker.id, now, &effects)
        } else {
            workerRecords[worker.id]?.state = .draining
        }
        if !isShuttingDown { advance(worker.key, now, &effects) }
        forgetIfIdle(worker.key, now)
    }

    mutating func stop(_ id: WorkerID, _ now: Instant, _ effects: inout [Effect]) {
        let deadline = now + limits.stop
        workerRecords[id]?.state = .stopping(deadline: deadline)
        timers.set(.stopping(id), at: deadline)
        effects.append(.stopWorker(id))
    }

    mutating func shutDown(_ now: Instant, _ effects: inout [Effect]) {
        isShuttingDown = true
        for (id, request) in requests.sorted(by: { $0.key < $1.key }) where request.worker == nil {
            requests[id] = nil
            effects.append(.refuse(id, .hostEnds))
        }
        for key in revisions.keys { revisions[key]?.queue = [] }
        drain(where: { _ in true }, now, &effects)
    }

    /// Drops the record of a revision that has nothing to remember.
    mutating func forgetIfIdle(_ key: RevisionKey, _ now: Instant) {
        guard let revision = revisions[key], revision.active == nil, revision.queue.isEmpty else { return }
        if let blocked = revision.blocked, now < blocked.until { return }
        revisions[key] = nil
    }
}
