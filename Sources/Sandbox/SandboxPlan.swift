/// What one worker is started with: everything of the machine that it sees and may use. Both ways of starting workers
/// carry out the same plan.
public struct SandboxPlan: Hashable, Sendable {
    /// What runs.
    public enum Program: Hashable, Sendable {
        /// The native worker.
        case native
        /// A program of the function, by its command. It takes the listening socket, or, where a port is named, is reached
        /// there on the loopback of its own network.
        case exec(command: [String], port: Int?)
    }

    /// Whose worker it is; a tenant has processes of its own users.
    public var tenant: String
    /// What runs.
    public var program: Program
    /// A folder of this machine that a program of the function sees at ``codeFolder``.
    public var code: String?
    /// Folders of this machine that a program of the function sees in their own places, read-only.
    public var directories: [String]
    /// What the worker may use beside the pages of its model, in bytes.
    public var memory: Int
    /// How many processors it may keep busy.
    public var threads: Int
    /// The bytes of the model's file, which are mapped and shared.
    public var modelBytes: Int

    /// Where a function's own files are, inside.
    public static let codeFolder = "/app"
    /// Where messages to the host go, inside.
    public static let notifyPath = "/run/notify.sock"
    /// Where programs without a slash in their names are looked up, inside.
    public static let searchPath = "/usr/local/bin:/usr/bin:/bin"
    /// Devices that a program of a function finds.
    public static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]

    /// Collects the parts.
    public init(
        tenant: String, program: Program, code: String? = nil, directories: [String] = [], memory: Int,
        threads: Int, modelBytes: Int = 0
    ) {
        self.tenant = tenant
        self.program = program
        self.code = code
        self.directories = directories
        self.memory = memory
        self.threads = threads
        self.modelBytes = modelBytes
    }

    /// The calls that it may make.
    public var systemCalls: SystemCallList { isNative ? .native : port == nil ? .exec : .port }

    /// Whether the native worker runs.
    public var isNative: Bool { program == .native }

    /// The port at which the program is reached instead of by the socket.
    public var port: Int? {
        if case .exec(_, let port) = program { port } else { nil }
    }

    /// How many processes and threads it may have.
    public var tasks: Int { isNative ? threads + 16 : threads + 64 }

    /// How many descriptors it may have open.
    public var openFiles: Int { 1024 }

    /// The environment beside what the worker's specification and the inherited descriptors say.
    public var environment: [String] { isNative ? ["SWIFT_ROOT=/"] : ["PATH=\(Self.searchPath)"] }
}
