public import LinuxSystem
import Synchronization

/// Starts workers as children of this process, by the same protocol as systemd: the socket listens before the
/// worker exists, and the worker inherits it.
///
/// One thread does everything: it starts the processes (the kernel kills them should that thread end), and it
/// waits for their messages, their output and their end.
public final class DirectActivation: WorkerActivation {
    enum Command: Sendable {
        case start(WorkerStart)
        case stop(UInt64)
        case kill(UInt64)
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
    ///   - notifyPath: where the workers' messages arrive: the path of a UNIX socket, at most 107 bytes.
    ///   - handler: called on the thread for every event; must not block for long, and must not call ``shutDown()``.
    /// - Throws: ``SystemError``.
    public init(
        notifyPath: String, handler: @escaping @Sendable (WorkerEvent) -> Void
    ) throws(SystemError) {
        wakeUp = try WakeUp()
        self.handler = handler
        let notifySocket = try UnixSocket.receiver(path: notifyPath)
        let loop = try DirectActivationLoop(
            notifySocket: notifySocket, notifyPath: notifyPath, wakeUpDescriptor: wakeUp.descriptor.number,
            handler: handler)
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
    public func stop(_ id: UInt64) { post(.stop(id)) }

    /// Sends SIGKILL.
    public func kill(_ id: UInt64) { post(.kill(id)) }

    /// Kills what runs, waits for it, and ends the thread.
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
        case .stop, .kill: return
        }
    }
}
