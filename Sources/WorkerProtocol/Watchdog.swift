/// How a worker that hangs is noticed: it is told to say `WATCHDOG=1` within a time, again and again, and is ended when it
/// does not. The C function is `sd_watchdog_enabled`.
public enum Watchdog {
    /// How long the native worker may be silent once it serves.
    public static let patience: Duration = .seconds(30)

    /// The variable for a child that is watched.
    public static let variable = "WATCHDOG_USEC=\(Int(patience / .microseconds(1)))"

    /// How often this process must say that it lives: twice in the time it is given; nil where nobody watches it.
    ///
    /// - Parameters:
    ///   - lookup: the value of an environment variable.
    ///   - processID: the reader's own; a watchdog that is set on another process is none.
    public static func interval(lookup: (String) -> String?, processID: Int32) -> Duration? {
        guard let text = lookup("WATCHDOG_USEC"), let microseconds = Int64(text), microseconds > 1 else {
            return nil
        }
        if let watched = lookup("WATCHDOG_PID"), watched != "\(processID)" { return nil }
        return .microseconds(microseconds / 2)
    }
}
