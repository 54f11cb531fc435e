/// How a request got its worker; clients see it in `hearth-start`. In the order of what it costs.
public enum StartKind: String, Hashable, Sendable, CaseIterable, Comparable {
    /// A worker was ready.
    case warm
    /// A pool worker was specialised.
    case pool
    /// A process was started.
    case cold
    /// A process was started, and the weights were not in the page cache.
    case disk

    private var cost: Int {
        switch self {
        case .warm: 0
        case .pool: 1
        case .cold: 2
        case .disk: 3
        }
    }

    /// By what a start costs.
    public static func < (a: StartKind, b: StartKind) -> Bool { a.cost < b.cost }
}
