import LinuxSystem

/// What connects the host with one worker beside the worker's own socket. Touched by one thread.
final class WorkerLink {
    let start: WorkerStart
    /// Where its messages arrive; nil where the machine's service manager takes them.
    var messages: SharedDescriptor?
    /// The path of that socket.
    var messagesPath: String?
    /// What it writes; nil where the machine's journal takes it.
    var output: SharedDescriptor?
    var lines = LineSplitter()
    /// How many bytes of output may be read before others have their turn.
    var outputBudget = WorkerLink.outputBurst
    /// The question whether it serves, until it is answered.
    var probe: ReadinessProbe?
    /// Whether its messages and its output are waited for.
    var isHeard = false
    /// Whether it was asked.
    var wasAsked = false

    /// When it last said that it lives; nil while it need not say so.
    var aliveAt: ContinuousClock.Instant?

    /// Bytes of output that are read of each worker in a second, once it has written more than ``outputBurst``. A worker
    /// that goes on writing more waits, and costs nobody else.
    static let outputRate = 512 << 10
    /// Bytes of output that a worker may write at once: the longest start or stack trace, not a flood.
    static let outputBurst = 8 << 20

    init(_ start: WorkerStart) { self.start = start }

    var id: UInt64 { start.id }
}
