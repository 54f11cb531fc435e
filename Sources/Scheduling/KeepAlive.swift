public import FunctionTypes

/// How long a worker stays after its last request.
public enum KeepAlive {
    /// What `keepAlive: auto` means until a function's arrivals have been learnt.
    public static let untilLearnt: Duration = .seconds(600)

    /// The time to keep an idle worker; nil is for ever.
    public static func duration(_ policy: KeepAlivePolicy) -> Duration? {
        switch policy {
        case .auto: untilLearnt
        case .fixed(let duration): duration
        case .forever: nil
        }
    }
}
