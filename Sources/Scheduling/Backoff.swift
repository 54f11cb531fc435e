/// How long to wait before trying again what has just failed: doubling, capped, and spread so that things
/// which failed together do not come back together.
///
/// | failures | delay (before the spread of ±20 %) |
/// |---|---|
/// | 1 | 0.5 s |
/// | 2 | 1 s |
/// | 3 | 2 s |
/// | 8 and more | 60 s |
public struct Backoff: Hashable, Sendable {
    /// The delay after the first failure.
    public var initial: Duration = .milliseconds(500)
    /// The longest delay.
    public var limit: Duration = .seconds(60)
    /// The share of the delay by which it varies either way, 0 to 1.
    public var spread = 0.2

    /// The usual figures.
    public init() {}

    /// The delay after some failures in a row.
    ///
    /// - Parameters:
    ///   - failures: how many, at least 1.
    ///   - draw: a number in 0..<1 that decides where in the spread the delay falls; the caller's randomness.
    public func delay(afterFailures failures: Int, draw: Double) -> Duration {
        precondition(failures >= 1, "there is no delay before the first failure")
        let doublings = min(failures - 1, 30)
        let base = min(initial * (1 << doublings), limit)
        return base * (1 + spread * (2 * draw - 1))
    }
}
