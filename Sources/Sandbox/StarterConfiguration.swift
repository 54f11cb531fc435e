/// What a starter is told once, by the host's privileged beginning, and never by the part that serves HTTP.
public struct StarterConfiguration: Hashable, Sendable {
    /// The native worker's program.
    public var workerProgram: String
    /// The program that lets another be reached by a port.
    public var adapterProgram: String
    /// Folders that workers may be shown: the host's own code folders, and what the operator allows to functions.
    public var allowed: [String]
    /// A name that this host's units begin with, for starters that make units.
    public var unitPrefix: String
    /// A folder that root alone can change, for the empty roots of such units.
    public var rootsFolder: String
    /// The folder of the sockets on which workers listen.
    public var socketsFolder: String
    /// Whether workers are started as plain children, without any sandbox.
    public var isUnsandboxed: Bool
    /// The filters of the lists of system calls, instruction by instruction.
    public var filters: [SystemCallList: [UInt64]]

    /// Collects the parts.
    public init(
        workerProgram: String, adapterProgram: String, allowed: [String], unitPrefix: String = "hearth",
        rootsFolder: String = "/run/hearth-workers", socketsFolder: String = "/run/hearth",
        isUnsandboxed: Bool = false, filters: [SystemCallList: [UInt64]] = [:]
    ) {
        self.workerProgram = workerProgram
        self.adapterProgram = adapterProgram
        self.allowed = allowed
        self.unitPrefix = unitPrefix
        self.rootsFolder = rootsFolder
        self.socketsFolder = socketsFolder
        self.isUnsandboxed = isUnsandboxed
        self.filters = filters
    }

    /// Where a worker listens.
    public static func socketPath(in folder: String, worker id: UInt64) -> String {
        "\(folder)/worker-\(id).sock"
    }

    /// Whether a worker may listen where the host says. Whoever makes a socket as root replaces what is there, so it is
    /// the one place that is its own.
    public func allowsSocket(of request: WorkerRequest) -> Bool {
        request.socketPath == nil
            || request.socketPath == Self.socketPath(in: socketsFolder, worker: request.id)
    }

    /// As one message, the first that a starter receives.
    public var bytes: [UInt8] {
        var fields = Fields()
        fields.add("worker", workerProgram)
        fields.add("adapter", adapterProgram)
        fields.add("allowed", each: allowed)
        fields.add("units", unitPrefix)
        fields.add("roots", rootsFolder)
        fields.add("sockets", socketsFolder)
        fields.add("unsandboxed", isUnsandboxed ? 1 : 0)
        for (list, filter) in filters {
            fields.add(
                "filter-\(list.rawValue)", filter.map { String($0, radix: 16) }.joined(separator: ","))
        }
        return fields.bytes
    }

    /// Reads the message.
    ///
    /// - Throws: ``MessageError``.
    public init(_ bytes: [UInt8]) throws(MessageError) {
        let fields = try Fields(bytes)
        workerProgram = try fields.text("worker")
        adapterProgram = try fields.text("adapter")
        allowed = fields.all("allowed")
        unitPrefix = try fields.text("units")
        rootsFolder = try fields.text("roots")
        socketsFolder = try fields.text("sockets")
        isUnsandboxed = try fields.number("unsandboxed", as: Int.self) == 1
        filters = [:]
        for list in SystemCallList.allCases {
            guard let text = fields.optional("filter-\(list.rawValue)") else { continue }
            filters[list] = text.split(separator: ",").compactMap { UInt64($0, radix: 16) }
        }
    }
}
