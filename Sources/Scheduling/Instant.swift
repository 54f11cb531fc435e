/// A point on a monotonic clock whose zero means nothing. Decisions take it as an argument; they never read a
/// clock.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's zero.
    public let nanoseconds: Int64

    /// Wraps a reading of a monotonic clock.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The clock's zero.
    public static let zero = Instant(nanoseconds: 0)

    /// Earlier or later.
    public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Later by a duration; stops at the end of time, about 292 years after zero.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return Instant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The time from `b` to `a`.
    public static func - (a: Instant, b: Instant) -> Duration { .nanoseconds(a.nanoseconds - b.nanoseconds) }
}

extension Duration {
    /// In nanoseconds, at most the largest integer.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, sumOverflow) = nanoseconds.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || sumOverflow ? (self < .zero ? .min : .max) : sum
    }
}
