/// How many workers a function has, and how long an idle one stays.
public struct Scaling: Hashable, Sendable {
    /// How many workers run while nobody calls; 0 scales to zero.
    public var min: Int
    /// How many workers may run at once; at least ``min``.
    public var max: Int
    /// How many requests one worker serves at once.
    public var concurrency: Int
    /// How long an idle worker stays.
    public var keepAlive: KeepAlivePolicy

    /// Takes the defaults of ``ManifestRules`` for what is left out.
    public init(
        min: Int = ManifestRules.minimumWorkers.standard, max: Int = ManifestRules.maximumWorkers.standard,
        concurrency: Int = ManifestRules.concurrency.standard,
        keepAlive: KeepAlivePolicy = ManifestRules.keepAlive
    ) {
        self.min = min
        self.max = max
        self.concurrency = concurrency
        self.keepAlive = keepAlive
    }
}

/// How long a worker stays after its last request.
public enum KeepAlivePolicy: Hashable, Sendable, CustomStringConvertible {
    /// As long as the function's own history of arrivals says is worth it.
    case auto
    /// This long, whatever the history says.
    case fixed(Duration)
    /// Until the memory is needed elsewhere or the function is removed.
    case forever

    /// Reads `auto`, `forever` or a duration.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`.
    public init(_ text: String) throws(HearthError) {
        switch text {
        case "auto": self = .auto
        case "forever": self = .forever
        default: self = .fixed(try Duration(text: text))
        }
    }

    /// `auto`, `forever` or the duration; ``init(_:)`` reads it back.
    public var description: String {
        switch self {
        case .auto: "auto"
        case .fixed(let duration): duration.text
        case .forever: "forever"
        }
    }
}
