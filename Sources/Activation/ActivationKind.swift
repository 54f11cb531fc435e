/// Who starts workers.
public enum ActivationKind: String, Hashable, Sendable, CaseIterable {
    /// A process of the host, by namespaces of its own making.
    case direct
    /// The machine's systemd, by transient units.
    case systemd
    /// A process of the host, without any sandbox. For measurements, and for trusted models on machines that forbid
    /// sandboxes.
    case unsandboxed
}
