import FunctionTypes

extension FunctionScheduler {
    mutating func fireTimers(_ now: Instant, _ effects: inout [Effect]) {
        while let timer = timers.popDue(now) {
            switch timer {
            case .queued(let id): queueDeadline(id, now, &effects)
            case .starting(let id): startDeadline(id, now, &effects)
            case .idle(let id): idleDeadline(id, now, &effects)
            case .stopping(let id): stopDeadline(id, now, &effects)
            case .failed(let key): forgetFailures(key, now)
            }
        }
    }

    /// Sets the one timer that looks after a worker's idleness, unless it is set or the worker stays for
    /// ever.
    mutating func watchIdleness(_ id: WorkerID, _ keepAlive: Duration?, _ now: Instant) {
        guard let keepAlive, workerRecords[id]?.hasIdleTimer == false else { return }
        workerRecords[id]?.hasIdleTimer = true
        timers.set(.idle(id), at: now + keepAlive)
    }

    private mutating func queueDeadline(_ id: RequestID, _ now: Instant, _ effects: inout [Effect]) {
        guard let request = requests[id], request.worker == nil, request.deadline <= now else { return }
        guard let settings = revisions[request.key]?.settings else { return }
        effects.append(.refuse(id, .waitedTooLong(request.key, settings)))
        end(id, now, &effects)
    }

    private mutating func startDeadline(_ id: WorkerID, _ now: Instant, _ effects: inout [Effect]) {
        guard let worker = workerRecords[id], case .starting(let deadline) = worker.state, deadline <= now
        else { return }
        effects.append(.killWorker(id))
        exited(id, "it was not ready within \(limits.start)", now, &effects)
    }

    private mutating func idleDeadline(_ id: WorkerID, _ now: Instant, _ effects: inout [Effect]) {
        guard let worker = workerRecords[id], case .ready(let idleSince) = worker.state else { return }
        workerRecords[id]?.hasIdleTimer = false
        guard let keepAlive = revisions[worker.key]?.keepAlive else {
            return
        }
        // A busy worker is watched again from the moment it becomes idle.
        guard let idleSince else { return }
        if idleSince + keepAlive <= now {
            drain(worker, now, &effects)
        } else {
            workerRecords[id]?.hasIdleTimer = true
            timers.set(.idle(id), at: idleSince + keepAlive)
        }
    }

    private mutating func stopDeadline(_ id: WorkerID, _ now: Instant, _ effects: inout [Effect]) {
        guard let worker = workerRecords[id], case .stopping(let deadline) = worker.state, deadline <= now
        else { return }
        effects.append(.killWorker(id))
    }

    /// Failures count as long as somebody tries again; a revision that nobody has called since costs nothing.
    private mutating func forgetFailures(_ key: RevisionKey, _ now: Instant) {
        guard let blocked = revisions[key]?.blocked, blocked.until + backoff.limit <= now else { return }
        forgetIfIdle(key, now)
    }
}
