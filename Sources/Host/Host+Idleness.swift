import Scheduling
import Synchronization

extension Host {
    /// Returns when nothing has happened for so long: no call, no worker, no deploy. Looks a few times within that time.
    ///
    /// - Throws: `CancellationError`.
    public func untilIdle(for patience: Duration) async throws {
        let step = min(patience / 4, .seconds(30))
        while true {
            try await Task.sleep(for: step)
            let now = HostClock.now()
            if uploads.current(now: now).isEmpty, dispatcher.isIdle(since: now, for: patience) { return }
        }
    }
}

extension Dispatcher {
    /// Whether no worker runs and no request waits, and that for so long already.
    func isIdle(since now: Instant, for patience: Duration) -> Bool {
        state.withLock { state in
            state.scheduler.workers.isEmpty && state.waiting.isEmpty && state.validations.isEmpty
                && now - state.lastActiveAt >= patience
        }
    }
}
