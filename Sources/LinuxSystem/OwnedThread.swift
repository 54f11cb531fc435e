import CLinux
import Glibc

/// Starts a thread of our own, for work that blocks: the threads of Swift's pool must never wait.
///
/// - Parameters:
///   - name: shown by `ps -L`; the kernel keeps its first 15 bytes.
///   - stackBytes: at least 64 KiB; only touched pages cost memory.
///   - body: runs once; the thread ends with it.
/// - Throws: ``SystemError``. The C function is `pthread_create`.
public func startThread(
    named name: String, stackBytes: Int = 1 << 20, _ body: @escaping @Sendable () -> Void
) throws(SystemError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, max(stackBytes, 64 << 10))
    let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
    var thread = pthread_t()
    let code = pthread_create(
        &thread, &attributes,
        { argument in
            guard let argument else { return nil }
            let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
            hearth_linux_name_thread(start.name)
            start.body()
            return nil
        }, start.toOpaque())
    guard code == 0 else {
        start.release()
        throw SystemError("start", "thread \(name)", code: code)
    }
}

/// Nobody but root may look into this process from now on, and it leaves no core dump. The C call is
/// `prctl(PR_SET_DUMPABLE)`.
public func forbidTracing() { hearth_linux_forbid_tracing() }

/// Lets this process go on when its parent ends, which ``ChildProcess`` forbids to what it starts. The C call is
/// `prctl(PR_SET_PDEATHSIG)`.
public func outliveParent() { hearth_linux_outlive_parent() }

/// Binds a thread of any process to the first of the processors that the caller may use. A thread that is gone is no
/// error. The C function is `sched_setaffinity`.
public func bindThread(_ thread: Int32, toProcessors count: Int) {
    _ = hearth_linux_bind_thread(thread, CInt(count))
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = String(name.prefix(15))
        self.body = body
    }
}
