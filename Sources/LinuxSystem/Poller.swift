import CLinux
import Glibc

/// Waits for many descriptors to become readable, in one thread. The C interface is `epoll`, level-triggered.
public struct Poller: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// An empty set.
    ///
    /// - Throws: ``SystemError``.
    public init() throws(SystemError) {
        descriptor = FileDescriptor(
            owning: try retryingOnInterrupt("create", "an epoll set") { epoll_create1(CInt(EPOLL_CLOEXEC)) })
    }

    /// Watches a descriptor; `token` comes back when it is readable or closed by its other end.
    ///
    /// - Throws: ``SystemError``.
    public func add(_ number: CInt, token: UInt64) throws(SystemError) {
        let set = descriptor.number
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: token))
        try retryingOnInterrupt("watch", "descriptor \(number)") {
            epoll_ctl(set, EPOLL_CTL_ADD, number, &event)
        }
    }

    /// Stops watching; call it before the descriptor is closed.
    public func remove(_ number: CInt) {
        var unused = epoll_event()
        epoll_ctl(descriptor.number, EPOLL_CTL_DEL, number, &unused)
    }

    /// Blocks until something is readable, or a time has passed; returns the tokens, at most 64 at a time.
    ///
    /// - Parameter limit: counted in whole milliseconds; nil waits for ever.
    public func wait(atMost limit: Duration? = nil) -> [UInt64] {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        let milliseconds = limit.map { CInt($0 / .milliseconds(1)) } ?? -1
        let count = epoll_wait(descriptor.number, &events, CInt(events.count), milliseconds)
        return events.prefix(max(0, Int(count))).map { $0.data.u64 }
    }
}

/// Wakes a thread that waits in a ``Poller``. The C interface is `eventfd`.
public struct WakeUp: ~Copyable, Sendable {
    /// Polls readable after ``signal()``, until ``clear()``.
    public let descriptor: FileDescriptor

    /// Not signalled.
    ///
    /// - Throws: ``SystemError``.
    public init() throws(SystemError) {
        let flags = CInt(EFD_CLOEXEC | EFD_NONBLOCK)
        descriptor = FileDescriptor(
            owning: try retryingOnInterrupt("create", "an eventfd") { eventfd(0, flags) })
    }

    /// Makes the descriptor readable; callable from any thread.
    public func signal() { eventfd_write(descriptor.number, 1) }

    /// Makes it unreadable again.
    public func clear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor.number, &count)
    }
}
