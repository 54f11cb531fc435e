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

    private let commands = Mutex<[Command]>([])
    private let wakeUp: WakeUp

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
        let notifySocket = try UnixSocket.receiver(path: notifyPath)
        let loop = try DirectActivationLoop(
            notifySocket: notifySocket, notifyPath: notifyPath, wakeUpDescriptor: wakeUp.descriptor.number,
            handler: handler)
        try startThread(named: "worker-starter") { [self] in
            loop.run {
                wakeUp.clear()
                return commands.withLock { waiting in
                    defer { waiting = [] }
                    return waiting
                }
            }
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
        commands.withLock { $0.append(command) }
        wakeUp.signal()
    }
}
