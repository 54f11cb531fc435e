import Synchronization

/// Collects the effects that a decision asked for, from any thread, in the order in which they arrived.
public final class EffectRecorder<Effect: Sendable>: Sendable {
    private let effects = Mutex<[Effect]>([])

    /// Starts empty.
    public init() {}

    /// Appends effects.
    public func record(_ new: [Effect]) {
        effects.withLock { $0 += new }
    }

    /// Appends one effect.
    public func record(_ new: Effect) {
        effects.withLock { $0.append(new) }
    }

    /// Everything recorded since the start or since the last ``take()``.
    public var recorded: [Effect] { effects.withLock { $0 } }

    /// Returns what was recorded and forgets it, so that each step of a timeline is checked on its own.
    public func take() -> [Effect] {
        effects.withLock { effects in
            defer { effects = [] }
            return effects
        }
    }
}
