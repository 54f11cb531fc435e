import Glibc
public import LinuxSystem
import Synchronization

/// Starts workers by a starter: a process of its own that has the privileges for it.
///
/// One thread does everything on this side: it sends the requests, and it waits for the workers' messages, their output
/// and their end.
public final class StarterActivation: WorkerActivation {
    enum Command: Sendable {
        case start(WorkerStart)
        case signal(UInt64, CInt)
        case shutDown(@Sendable () -> Void)
    }

    private struct Inbox {
        var waiting: [Command] = []
        /// The thread has ended: nobody takes a command any more.
        var isClosed = false
    }

    private let inbox = Mutex(Inbox())
    private let wakeUp: WakeUp
    private let handler: @Sendable (WorkerEvent) -> Void

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - starter: who starts.
    ///   - runFolder: where the workers' messages arrive: a folder whose path has at most 80 bytes.
    ///   - greeting: called once, with what the starter says of itself and what it cannot enforce.
    ///   - handler: called on the thread for every event; must not block for long, and must not call ``shutDown()``.
    /// - Throws: ``SystemError``.
    public init(
        starter: StarterConnection, runFolder: String,
        greeting: @escaping @Sendable (_ description: String, _ notEnforced: [String]) -> Void = { _, _ in },
        handler: @escaping @Sendable (WorkerEvent) -> Void
    ) throws(SystemError) {
        wakeUp = try WakeUp()
        self.handler = handler
        let loop = try StarterActivationLoop(
            starter: starter, runFolder: runFolder, wakeUpDescriptor: wakeUp.descriptor.number,
            greeting: greeting, handler: handler)
        try startThread(named: "worker-starter") { [self] in
            loop.run {
                wakeUp.clear()
                return inbox.withLock { inbox in
                    defer { inbox.waiting = [] }
                    return inbox.waiting
                }
            }
            let late = inbox.withLock { inbox in
                inbox.isClosed = true
                return inbox.waiting
            }
            for command in late { answerTooLate(command) }
        }
    }

    /// Starts a worker.
    public func start(_ start: WorkerStart) { post(.start(start)) }

    /// Sends SIGTERM.
    public func stop(_ id: UInt64) { post(.signal(id, SIGTERM)) }

    /// Sends SIGKILL.
    public func kill(_ id: UInt64) { post(.signal(id, SIGKILL)) }

    /// Kills what runs, waits for it, and ends thread and starter.
    public func shutDown() {
        let ended = OneShot()
        post(.shutDown { ended.signal() })
        ended.wait()
    }

    private func post(_ command: Command) {
        let isClosed = inbox.withLock { inbox in
            if !inbox.isClosed { inbox.waiting.append(command) }
            return inbox.isClosed
        }
        if !isClosed {
            wakeUp.signal()
        } else if case .start = command {
            // Events come on a thread of ours: the caller may hold a lock that the handler takes.
            try? startThread(named: "worker-starter") { [self] in answerTooLate(command) }
        } else {
            answerTooLate(command)
        }
    }

    private func answerTooLate(_ command: Command) {
        switch command {
        case .start(let start): handler(.failedToStart(id: start.id, .tooLate(start)))
        case .shutDown(let done): done()
        case .signal: return
        }
    }
}
