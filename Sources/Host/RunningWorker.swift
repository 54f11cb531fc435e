import FunctionTypes
import Scheduling
import WorkerProtocol

/// What the host knows of a worker beyond the scheduler's record.
struct RunningWorker: Sendable {
    let key: RevisionKey
    let socketPath: String
    let startedAt: Instant
    var processID: Int32?
    var readyAt: Instant?
    var load: Duration = .zero
    var status: String?
    /// What it said about why it cannot serve.
    var failure: String?

    /// The phases that a request which came at `arrived` went through until `now`.
    func phases(arrived: Instant, now: Instant) -> (queue: Duration, activate: Duration, load: Duration) {
        guard let readyAt, arrived <= readyAt else { return (now - arrived, .zero, .zero) }
        // A request that came during the start waited for a part of it only; what it missed was the process,
        // not the model.
        let start = readyAt - max(arrived, startedAt)
        let loadPart = min(load, start)
        return (now - arrived - start, start - loadPart, loadPart)
    }
}
