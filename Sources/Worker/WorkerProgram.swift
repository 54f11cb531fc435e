import Glibc
import LinuxSystem
import WorkerProtocol

/// The native worker from `exec` to `exit`: adopt the socket, load the model, say READY, serve, drain.
public enum WorkerProgram {
    /// How the process ends, as `sysexits.h` numbers it.
    enum ExitCode {
        static let success: Int32 = 0
        /// The environment breaks the worker contract (`EX_USAGE`).
        static let contractBroken: Int32 = 64
        /// The model file is not usable (`EX_DATAERR`).
        static let invalidModel: Int32 = 65
        /// The machine refused something (`EX_OSERR`).
        static let systemError: Int32 = 71
    }

    /// Runs the program; returns its exit status.
    public static func run() -> Int32 {
        // SIGTERM is waited for, not handled; blocked before any thread exists, it is blocked in all of them.
        var drainSignals = sigset_t()
        sigemptyset(&drainSignals)
        sigaddset(&drainSignals, SIGTERM)
        sigaddset(&drainSignals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &drainSignals, nil)
        signal(SIGPIPE, SIG_IGN)
        forbidTracing()
        do {
            return try run(drainSignals: drainSignals)
        } catch let error as ContractError {
            return fail(ExitCode.contractBroken, "\(error)")
        } catch let error as SystemError {
            return fail(ExitCode.systemError, "\(error)")
        } catch {
            return fail(ExitCode.invalidModel, "\(error)")
        }
    }

    private static func run(drainSignals: sigset_t) throws -> Int32 {
        let specification = try WorkerSpecification(lookup: environmentVariable)
        let inherited = try ListenEnvironment(lookup: environmentVariable, processID: getpid())
        let modelFile = try model(inherited)
        guard specification.task == "embed" else {
            throw ContractError("HEARTH_TASK is '\(specification.task)', and this worker knows only 'embed'")
        }
        let service = try EmbeddingService(model: modelFile, specification: specification)
        var message = WorkerMessage()
        message.loadMicroseconds = service.loadMicroseconds
        if specification.purpose == .validate {
            try service.rehearse()
            notify(message)
            return ExitCode.success
        }
        guard let listener = inherited.descriptor(named: ListenEnvironment.listenerName) else {
            throw ContractError("no descriptor named '\(ListenEnvironment.listenerName)' was passed")
        }
        let server = try WorkerServer(listener: listener, service: service)
        if let interval = Watchdog.interval(lookup: environmentVariable, processID: getpid()) {
            var alive = WorkerMessage()
            alive.isAlive = true
            server.repeatOnLoop(every: interval) { [alive] in notify(alive) }
        }
        message.isReady = true
        message.status = "serving \(specification.function)"
        notify(message)
        var signals = drainSignals
        var received: CInt = 0
        sigwait(&signals, &received)
        var stopping = WorkerMessage()
        stopping.isStopping = true
        notify(stopping)
        try server.drain()
        // Nothing runs any more. The threads are left to the kernel: ending them in order takes a library that traps where
        // it finds no /proc.
        exit(ExitCode.success)
    }

    /// The model as whoever started the worker passed it: open, or by its path.
    private static func model(_ inherited: ListenEnvironment) throws -> FileDescriptor {
        if let number = inherited.descriptor(named: ListenEnvironment.modelName) {
            return FileDescriptor(owning: number)
        }
        guard let path = environmentVariable(ListenEnvironment.modelVariable) else {
            throw ContractError(
                "no descriptor named '\(ListenEnvironment.modelName)' was passed, and "
                    + "\(ListenEnvironment.modelVariable) is not set")
        }
        return try FileDescriptor.open(path, O_RDONLY)
    }

    /// Says why on the notify socket, for the caller's answer, and on standard error, for the log.
    private static func fail(_ status: Int32, _ cause: String) -> Int32 {
        var message = WorkerMessage()
        message.failure = cause
        // A service manager passes on this one only.
        message.status = cause
        notify(message)
        let line = Array("hearth-worker: \(cause)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        return status
    }

    /// Nobody may be listening, and then nobody needs to know.
    private static func notify(_ message: WorkerMessage) {
        guard let path = environmentVariable("NOTIFY_SOCKET") else { return }
        try? UnixSocket.send(message.bytes, to: path)
    }

    private static func environmentVariable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

/// A reading of the monotonic clock. The C function is `clock_gettime(CLOCK_MONOTONIC)`.
func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
