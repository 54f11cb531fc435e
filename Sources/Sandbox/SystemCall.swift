/// A system call that a worker may make, and why. Every other fails with `EPERM`.
public struct SystemCall: Hashable, Sendable {
    /// The kernel's name for it.
    public let name: String
    /// What a worker needs it for.
    public let reason: String
    /// Who makes it where the programs that tests trace do not: a language's run-time, or whoever starts workers.
    public let neededBy: String?

    init(_ name: String, _ reason: String, neededBy: String? = nil) {
        self.name = name
        self.reason = reason
        self.neededBy = neededBy
    }
}

/// Which calls a worker may make.
public enum SystemCallList: String, Hashable, Sendable, CaseIterable {
    /// What the native worker needs, and no more.
    case native
    /// What programs of all kinds need: files, threads, children, timers, UNIX sockets.
    case exec
    /// The same, and TCP on the loopback of a network of their own, for programs that are reached by a port.
    case port

    /// Whether sockets of the internet's families can be made; UNIX sockets can in every list.
    public var hasInternetSockets: Bool { self == .port }

    /// The calls of this list, ascending by name.
    public var calls: [SystemCall] {
        switch self {
        case .native: Self.nativeCalls
        case .exec, .port: Self.execCalls
        }
    }
}
