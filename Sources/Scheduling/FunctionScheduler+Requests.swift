import FunctionTypes

extension FunctionScheduler {
    mutating func arrive(
        _ id: RequestID, _ key: RevisionKey, _ settings: RevisionSettings, _ now: Instant,
        _ effects: inout [Effect]
    ) {
        precondition(requests[id] == nil, "a request arrives once")
        guard !isShuttingDown else {
            effects.append(.refuse(id, .hostEnds))
            return
        }
        var revision = revisions[key] ?? RevisionRecord(settings: settings)
        revision.settings = settings
        if let blocked = revision.blocked, now < blocked.until {
            effects.append(.refuse(id, .startFailed(key, blocked.cause, retryAfter: blocked.until - now)))
            return
        }
        guard revision.queue.count < settings.queueBound || hasRoom(revision) else {
            effects.append(.refuse(id, .queueFull(key, settings)))
            return
        }
        let deadline = now + settings.timeout
        requests[id] = RequestRecord(key: key, arrivedAt: now, deadline: deadline)
        revision.queue.append(id)
        revisions[key] = revision
        advance(key, now, &effects)
        if requests[id]?.worker == nil { timers.set(.queued(id), at: deadline) }
    }

    mutating func end(_ id: RequestID, _ now: Instant, _ effects: inout [Effect]) {
        guard let request = requests.removeValue(forKey: id) else { return }
        guard let workerID = request.worker else {
            revisions[request.key]?.queue.removeAll { $0 == id }
            forgetIfIdle(request.key, now)
            return
        }
        guard var worker = workerRecords[workerID] else { return }
        worker.inFlight -= 1
        workerRecords[workerID] = worker
        switch worker.state {
        case .ready: advance(request.key, now, &effects)
        case .draining: if worker.inFlight == 0 { stop(workerID, now, &effects) }
        case .starting, .stopping: preconditionFailure("\(worker.state) has nothing in flight")
        }
    }

    /// Gives waiting requests to the active worker as far as it has room, and starts one where none is.
    mutating func advance(_ key: RevisionKey, _ now: Instant, _ effects: inout [Effect]) {
        guard var revision = revisions[key] else { return }
        if revision.active == nil, !revision.queue.isEmpty {
            revision.active = start(key, now, &effects)
        }
        if let id = revision.active, var worker = workerRecords[id], let readyAt = worker.readyAt {
            while worker.inFlight < revision.settings.concurrency, let request = revision.queue.first {
                revision.queue.removeFirst()
                let waitedForStart = requests[request].map { $0.arrivedAt <= readyAt } ?? false
                requests[request]?.worker = id
                worker.inFlight += 1
                worker.served += 1
                effects.append(.dispatch(request, to: id, waitedForStart ? .cold : .warm))
            }
            worker.state = .ready(idleSince: worker.inFlight == 0 ? now : nil)
            workerRecords[id] = worker
            if worker.inFlight == 0 { watchIdleness(id, revision.keepAlive, now) }
        }
        revisions[key] = revision
    }

    private func hasRoom(_ revision: RevisionRecord) -> Bool {
        guard let id = revision.active, let worker = workerRecords[id], case .ready = worker.state else {
            return false
        }
        return worker.inFlight < revision.settings.concurrency
    }
}

extension HearthError {
    static let hostEnds = HearthError(
        .shuttingDown, "The host is shutting down and admits no new request.",
        remedy: "Repeat the request when the host is back.", retryAfter: .seconds(1))

    static func startFailed(_ key: RevisionKey, _ cause: String, retryAfter: Duration) -> HearthError {
        HearthError(
            .workerStartFailed, "The worker of function '\(key.function.name)' cannot start: \(cause).",
            remedy:
                "See `hearth logs \(key.function.name)`; the host tries again after the time in Retry-After.",
            retryAfter: retryAfter)
    }

    static func queueFull(_ key: RevisionKey, _ settings: RevisionSettings) -> HearthError {
        HearthError(
            .noCapacity,
            "Function '\(key.function.name)' has \(settings.queueBound) requests waiting, which is its bound.",
            remedy: "Repeat the request later, or raise scaling.concurrency.", retryAfter: .seconds(1))
    }

    static func waitedTooLong(_ key: RevisionKey, _ settings: RevisionSettings) -> HearthError {
        HearthError(
            .deadlineExceeded,
            "The request waited for a worker of function '\(key.function.name)' until its deadline of \(settings.timeout).",
            remedy: "Raise limits.timeout, or call the function less often at the same time.")
    }
}
