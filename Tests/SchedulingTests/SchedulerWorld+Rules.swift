import FunctionTypes

@testable import Scheduling

extension SchedulerWorld {
    /// After ``FunctionScheduler/Event/deadlineReached`` nothing that was due is left.
    func checkDeadlines() throws(BrokenRule) {
        try rule(scheduler.nextDeadline.map { $0 > now } ?? true, "a timer is due and was not fired")
        for id in waiting.joined() {
            try rule(
                requests[id].map { $0.deadline > now } ?? false, "request \(id.number) outlives its deadline")
        }
        for (id, process) in processes {
            try rule(dueTime(of: process).map { $0 > now } ?? true, "worker \(id.number) outlives its time")
        }
    }

    /// When something must happen to a process at the latest, as long as nobody says anything.
    private func dueTime(of process: Process) -> Instant? {
        if process.isKilled { return nil }
        if let stoppedAt = process.stoppedAt { return stoppedAt + scheduler.limits.stop }
        if process.readyAt == nil { return process.startedAt + scheduler.limits.start }
        guard !process.isRetired, let idleSince = process.idleSince else { return nil }
        return settings[process.revision].keepAlive.map { idleSince + $0 }
    }

    /// Nobody waits without a worker that will serve; the next deadline comes before anything is due.
    func checkBalance() throws(BrokenRule) {
        let next = scheduler.nextDeadline ?? Instant(nanoseconds: .max)
        var active = [Process?](repeating: nil, count: keys.count)
        for (id, process) in processes {
            let due = dueTime(of: process)
            try rule(due.map { next <= $0 } ?? true, "the next deadline is too late for worker \(id.number)")
            guard !process.isRetired else { continue }
            try rule(
                active[process.revision] == nil, "\(keys[process.revision].function) has two active workers")
            active[process.revision] = process
        }
        for (revision, queue) in waiting.enumerated() where !queue.isEmpty {
            let name = keys[revision].function
            guard let process = active[revision] else {
                throw BrokenRule(description: "\(queue.count) requests for \(name) wait for no worker")
            }
            let isFull = process.inFlight.count >= settings[revision].concurrency
            try rule(
                process.readyAt == nil || isFull, "requests for \(name) wait although its worker has room")
        }
        for id in waiting.joined() {
            let deadline = requests[id]?.deadline ?? now
            try rule(next <= deadline, "the next deadline is too late for request \(id.number)")
        }
    }

    /// The scheduler's own account is the same. Slower than the other checks.
    func checkAccount() throws(BrokenRule) {
        let lengths = scheduler.queueLengths
        for (key, queue) in zip(keys, waiting) {
            try rule(lengths[key] ?? 0 == queue.count, "the queue of \(key.function) has another length")
        }
        for worker in scheduler.workers {
            let process = processes[worker.id]
            try rule(
                process?.inFlight.count == worker.inFlight, "worker \(worker.id.number) has another load")
        }
        try rule(
            scheduler.requests.count == requests.count,
            "the scheduler knows \(scheduler.requests.count) requests")
    }

    /// Everybody was answered, and nothing is remembered of them.
    func checkEmpty() throws(BrokenRule) {
        try rule(requests.isEmpty, "requests \(requests.keys.map(\.number)) have no end")
        try rule(
            scheduler.requests.isEmpty, "requests \(scheduler.requests.keys.map(\.number)) are remembered")
        try rule(scheduler.workers.isEmpty, "workers \(scheduler.workers.map(\.id.number)) are remembered")
        try rule(scheduler.revisions.isEmpty, "\(scheduler.revisions.count) revisions are remembered")
        try rule(scheduler.nextDeadline == nil, "a timer is set and nothing is left")
    }
}
