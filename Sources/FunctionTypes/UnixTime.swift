/// An instant of the civil clock: milliseconds since 1970 in UTC, as a registry or a log line keeps it.
///
/// Only for records. Deadlines and intervals use a clock that never jumps.
public struct UnixTime: Hashable, Sendable, Comparable {
    /// Milliseconds since the start of 1970 in UTC, leap seconds not counted.
    public let milliseconds: Int64

    /// Takes milliseconds since the start of 1970 in UTC.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// By time.
    public static func < (a: UnixTime, b: UnixTime) -> Bool { a.milliseconds < b.milliseconds }
}
