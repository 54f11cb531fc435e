import Glibc
public import Scheduling

/// The clocks that decisions are given readings of.
public enum HostClock {
    /// Monotonic, not stopped by settings of the date. The C function is `clock_gettime(CLOCK_MONOTONIC)`.
    public static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Milliseconds since 1970, for records that outlive the process.
    public static func unixMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
