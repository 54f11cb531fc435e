/// What the host asks of the starter.
public enum StarterRequest: Hashable, Sendable {
    /// Say who you are, and end what an earlier host left. The first request, sent when the host is alone with its state.
    case begin
    /// Start a worker. With it travel the descriptors: the output's write end, then those that ``WorkerRequest`` names.
    case start(WorkerRequest)
    /// Send a worker a signal.
    case signal(id: UInt64, number: Int32)

    /// The message.
    public var bytes: [UInt8] {
        var fields = Fields()
        switch self {
        case .begin: fields.add("do", "begin")
        case .start(let request):
            fields.add("do", "start")
            request.write(to: &fields)
        case .signal(let id, let number):
            fields.add("do", "signal")
            fields.add("id", id)
            fields.add("number", number)
        }
        return fields.bytes
    }

    /// Reads a message.
    ///
    /// - Throws: ``MessageError``.
    public init(_ bytes: [UInt8]) throws(MessageError) {
        let fields = try Fields(bytes)
        switch try fields.text("do") {
        case "begin": self = .begin
        case "start": self = .start(try WorkerRequest(fields))
        case "signal": self = .signal(id: try fields.number("id"), number: try fields.number("number"))
        case let other: throw MessageError("'\(other)' is nothing that a starter does")
        }
    }
}

/// A worker to be started.
public struct WorkerRequest: Hashable, Sendable {
    /// The host's number for it.
    public var id: UInt64
    /// What it sees and may use.
    public var plan: SandboxPlan
    /// What it is told, as `NAME=value`.
    public var environment: [String]
    /// The path of its listening socket; nil for a worker that nobody calls.
    public var socketPath: String?
    /// The path of the socket on which it sends messages.
    public var notifyPath: String?
    /// The path of its model's file.
    public var modelPath: String?
    /// The names of the descriptors that travel with the request after the output, for `LISTEN_FDNAMES`.
    public var descriptorNames: [String]

    /// Collects the parts.
    public init(
        id: UInt64, plan: SandboxPlan, environment: [String], socketPath: String?, notifyPath: String?,
        modelPath: String?, descriptorNames: [String]
    ) {
        self.id = id
        self.plan = plan
        self.environment = environment
        self.socketPath = socketPath
        self.notifyPath = notifyPath
        self.modelPath = modelPath
        self.descriptorNames = descriptorNames
    }

    func write(to fields: inout Fields) {
        fields.add("id", id)
        fields.add("tenant", plan.tenant)
        if case .exec(let command, let port) = plan.program {
            fields.add("command", each: command)
            if let port { fields.add("port", port) }
        }
        if let code = plan.code { fields.add("code", code) }
        fields.add("directory", each: plan.directories)
        fields.add("memory", plan.memory)
        fields.add("threads", plan.threads)
        fields.add("model-bytes", plan.modelBytes)
        fields.add("environment", each: environment)
        if let socketPath { fields.add("socket", socketPath) }
        if let notifyPath { fields.add("notify", notifyPath) }
        if let modelPath { fields.add("model", modelPath) }
        fields.add("descriptor", each: descriptorNames)
    }

    /// Far more than any machine has, and far less than what sums of it could hold.
    private static let largest = 1 << 50
    private static let mostThreads = 1 << 16

    init(_ fields: Fields) throws(MessageError) {
        let command = fields.all("command")
        let port: Int? = fields.optional("port") == nil ? nil : try fields.number("port", in: 1...65535)
        id = try fields.number("id")
        plan = SandboxPlan(
            tenant: try fields.text("tenant"),
            program: command.isEmpty ? .native : .exec(command: command, port: port),
            code: fields.optional("code"), directories: fields.all("directory"),
            memory: try fields.number("memory", in: 1...Self.largest),
            threads: try fields.number("threads", in: 1...Self.mostThreads),
            modelBytes: try fields.number("model-bytes", in: 0...Self.largest))
        environment = fields.all("environment")
        socketPath = fields.optional("socket")
        notifyPath = fields.optional("notify")
        modelPath = fields.optional("model")
        descriptorNames = fields.all("descriptor")
    }
}
