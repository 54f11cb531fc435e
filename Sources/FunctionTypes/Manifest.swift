/// The settings of a function: what `function.yaml` says, with defaults filled in.
///
/// A value of this type may still break a rule; ``validate()`` tells.
public struct Manifest: Hashable, Sendable {
    /// What runs the model.
    public enum Runtime: String, Hashable, Sendable, CaseIterable {
        /// The native worker, on a model in GGUF format.
        case gguf
        /// The native worker, on a model in ONNX format.
        case onnx
        /// A program of the bundle that serves HTTP on the socket it is given.
        case exec
    }

    /// What a model is for.
    public enum Task: String, Hashable, Sendable, CaseIterable {
        /// Text to vectors.
        case embed
        /// Text to more text.
        case generate
        /// Text to labels with scores.
        case classify
    }

    /// What is computed once, when the function is deployed, and mapped at every start.
    public struct Snapshot: Hashable, Sendable {
        /// A text file of the bundle; the state after reading it is kept, so that prompts that begin with it
        /// start there.
        public var prompt: BundlePath?

        /// Takes the prompt's file.
        public init(prompt: BundlePath? = nil) { self.prompt = prompt }
    }

    /// The function's name.
    public var name: FunctionName
    /// What runs the model.
    public var runtime: Runtime
    /// The model's file; for `gguf` and `onnx`.
    public var model: BundlePath?
    /// The program and its arguments; for `exec`. Empty otherwise.
    public var command: [String]
    /// What the program finds in its working directory: files of the bundle, and folders with all below them;
    /// for `exec`. Each once.
    public var files: [BundlePath]
    /// The directories of the host that the program sees; for `exec`. Each once.
    public var directories: [HostDirectory]
    /// Where the program listens, on the loopback address of its own network, if it cannot take the socket that
    /// it is given; for `exec`.
    public var port: Int?
    /// What the model is for; nil where the model itself tells.
    public var task: Task?
    /// What a worker may use.
    public var limits: Limits
    /// How many workers there are.
    public var scaling: Scaling
    /// What is computed at deploy.
    public var snapshot: Snapshot

    /// Takes the defaults for what is left out.
    public init(
        name: FunctionName, runtime: Runtime, model: BundlePath? = nil, command: [String] = [],
        files: [BundlePath] = [], directories: [HostDirectory] = [], port: Int? = nil, task: Task? = nil,
        limits: Limits = Limits(), scaling: Scaling = Scaling(), snapshot: Snapshot = Snapshot()
    ) {
        self.name = name
        self.runtime = runtime
        self.model = model
        self.command = command
        self.files = files
        self.directories = directories
        self.port = port
        self.task = task
        self.limits = limits
        self.scaling = scaling
        self.snapshot = snapshot
    }

    /// The files that the native worker reads, ascending, each once. What a program finds is in ``files``.
    public var referencedPaths: [BundlePath] {
        Set([model, snapshot.prompt].compactMap { $0 }).sorted()
    }
}
