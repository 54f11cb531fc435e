import FunctionTypes

@testable import Scheduling

extension SchedulerWorld {
    /// After ``FunctionScheduler/Event/deadlineReached`` nothing that was due is left.
    func checkDeadlines() throws(BrokenRule) {
        try rule(scheduler.nextDeadline.map { $0 > now } ?? true, "a timer is due and was not fired")
        for (key, queue) in waiting {
            for id in queue {
                let deadline = requests[id]?.deadline ?? now
                try rule(deadline > now, "request \(id.number) for \(key.function) outlives its deadline")
            }
        }
        for (id, process) in processes {
            guard let due = dueTime(of: process) else { continue }
            try rule(due > now, "worker \(id.number) outlives its time")
        }
    }

    /// When something must happen to a process, as long as nobody says anything.
    private func dueTime(of process: Process) -> Instant? {
        if process.isKilled { return nil }
        if let stoppedAt = process.stoppedAt { return stoppedAt + scheduler.limits.stop }
        if process.readyAt == nil { return process.startedAt + scheduler.limits.start }
        guard !process.isRetired, let idleSince = process.idleSince else { return nil }
        return settings[process.key]?.keepAlive.map { idleSince + $0 }
    }

    /// Nobody waits without a worker that will serve; the next deadline comes before anything is due.
    func checkBalance() throws(BrokenRule) {
        var active: [RevisionKey: WorkerID] = [:]
        for (id, process) in processes where !process.isRetired {
            try rule(active[process.key] == nil, "\(process.key.function) has two active workers")
            active[process.key] = id
        }
        for (key, queue) in waiting where !queue.isEmpty {
            guard let id = active[key], let process = processes[id] else {
                throw BrokenRule(
                    description: "\(queue.count) requests for \(key.function) wait for no worker")
            }
            let bound = settings[key]?.concurrency ?? 0
            try rule(
                process.readyAt == nil || process.inFlight.count >= bound,
                "requests for \(key.function) wait although worker \(id.number) has room")
            try rule(scheduler.queueLengths[key] == queue.count, "the queue's length is wrong")
        }
        let next = scheduler.nextDeadline ?? Instant(nanoseconds: .max)
        for (id, process) in processes {
            guard let due = dueTime(of: process) else { continue }
            try rule(next <= due, "the next deadline is later than what worker \(id.number) waits for")
        }
        for queue in waiting.values {
            for id in queue {
                let due = requests[id]?.deadline ?? now
                try rule(next <= due, "the next deadline is later than that of request \(id.number)")
            }
        }
    }

    /// Everybody was answered, and nothing is remembered of them.
    func checkEmpty() throws(BrokenRule) {
        let unanswered = requests.filter { $0.value.state != .over }.map(\.key.number)
        try rule(unanswered.isEmpty, "requests \(unanswered) have no end")
        try rule(
            scheduler.requests.isEmpty, "requests \(scheduler.requests.keys.map(\.number)) are remembered")
        try rule(scheduler.workers.isEmpty, "workers \(scheduler.workers.map(\.id.number)) are remembered")
        try rule(scheduler.revisions.isEmpty, "\(scheduler.revisions.count) revisions are remembered")
        try rule(scheduler.nextDeadline == nil, "a timer is set and nothing is left")
    }
}
