/// What to start, and everything of this machine that it sees.
public struct SandboxRequest: Sendable {
    /// Something of the machine that the program sees.
    public struct View: Hashable, Sendable {
        /// What is seen.
        public enum Kind: Hashable, Sendable {
            /// A folder with all below it, read-only.
            case folder
            /// A file, read-only.
            case file
            /// A device; can be written to.
            case device
            /// A socket; can be connected to.
            case socket
            /// A symbolic link; the source is what it says.
            case link
        }

        /// What it is.
        public var kind: Kind
        /// Its path here.
        public var source: String
        /// Its absolute path there.
        public var target: String

        /// Joins the parts; the path there is the path here unless told otherwise.
        public init(_ kind: Kind, _ source: String, at target: String? = nil) {
            self.kind = kind
            self.source = source
            self.target = target ?? source
        }
    }

    /// What can be limited for each process. The raw values are the kernel's `RLIMIT_` numbers.
    public enum Resource: CInt, Hashable, Sendable {
        /// The size of files that it writes, in bytes.
        case fileSize = 1
        /// Its private memory that can be written, in bytes.
        case data = 2
        /// The size of a core dump, in bytes.
        case coreDump = 4
        /// Processes and threads of its user.
        case tasks = 6
        /// One more than the highest descriptor.
        case openFiles = 7
        /// Memory that it keeps from being swapped, in bytes.
        case lockedMemory = 8
        /// Signals that wait.
        case waitingSignals = 11
        /// POSIX message queues, in bytes.
        case messageQueues = 12
    }

    /// Who the program is.
    public enum Identity: Hashable, Sendable {
        /// These numbers of this machine; takes root.
        case own(user: UInt32, group: UInt32)
        /// The caller's own, by a user namespace that gives them another name.
        case namespace
    }

    /// The program as an open descriptor; nil where the first argument names it inside, looked up by
    /// the `PATH` of ``environment``.
    public var program: CInt?
    /// All arguments, the program's name first.
    public var arguments: [String]
    /// The whole environment, as `NAME=value`. `LISTEN_PID` is added when descriptors are passed.
    public var environment: [String]
    /// Where the program starts, by its path inside.
    public var workingDirectory: String?
    /// Descriptor numbers that become 3, 4, … in the child; the caller keeps its own.
    public var descriptors: [CInt] = []
    /// Becomes standard output and standard error.
    public var output: CInt
    /// Who it is.
    public var identity: Identity
    /// An existing folder of this machine, used for a moment.
    public var stage = "/tmp"
    /// What it sees, at most 512.
    public var views: [View] = []
    /// Whether it has a /proc of its own processes.
    public var hasProc = false
    /// Whether it takes over the caller's network namespace, which nobody else has then; see ``renewNetwork()``.
    public var inheritsNetwork = false
    /// Whether it has a loopback interface that is up.
    public var hasLoopback = false
    /// Whether a first process stands beside it.
    public var hasSupervisor = false
    /// Whether memory that was written can never be executed.
    public var refusesExecutableMemory = true
    /// Limits of each process, soft and hard alike.
    public var limits: [(resource: Resource, value: UInt64)] = []
    /// The landlock ABI to use, 0 for none.
    public var landlockABI = 0
    /// A filter's instructions, `struct sock_filter` each; none where empty.
    public var filter: [UInt64] = []
    /// A folder of cgroup2 to start in.
    public var controlGroup: CInt?

    /// Starts from a program that sees nothing.
    public init(
        program: CInt? = nil, arguments: [String], environment: [String], output: CInt, identity: Identity
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.output = output
        self.identity = identity
    }
}
