/// The time of a test that tells a story as a timeline: it stands still until the test moves it.
///
/// Decisions take `now` as an argument, so a test needs no clock that anybody waits on, only this value.
public struct ManualClock: Sendable {
    /// Time since the story began.
    public private(set) var now: Duration

    /// Starts at zero or at a later time.
    public init(now: Duration = .zero) {
        self.now = now
    }

    /// Moves on and returns the new time. Time never goes back: a negative step traps.
    @discardableResult
    public mutating func advance(by step: Duration) -> Duration {
        precondition(step >= .zero, "a timeline never goes back")
        now += step
        return now
    }

    /// Moves to a time of the story and returns it. A time that has passed traps.
    @discardableResult
    public mutating func advance(to time: Duration) -> Duration {
        advance(by: time - now)
    }
}
