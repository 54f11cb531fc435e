import FunctionTypes
public import Host
import Scheduling

/// What the control API says of the host.
public struct HostDescription: Codable, Hashable, Sendable {
    /// The program's version.
    public var version: String
    /// The host's process.
    public var pid: Int32
    /// Where requests are taken; empty where nothing listens.
    public var listen: [String]
    /// How long the host has run, in milliseconds.
    public var uptimeMilliseconds: Int64
    /// Whether requests are admitted.
    public var ready: Bool
}

/// What the control API says of a function.
public struct FunctionDescription: Codable, Hashable, Sendable {
    /// The owner.
    public var tenant: String
    /// The name.
    public var name: String
    /// The live revision, 64 hexadecimal digits.
    public var revision: String
    /// `gguf`, …
    public var runtime: String
    /// `embed`, …; nil where the model tells.
    public var task: String?
    /// The bytes of the live revision's files.
    public var bytes: Int
    /// When it was deployed first, in milliseconds since 1970.
    public var createdMilliseconds: Int64
    /// How many revisions can be called.
    public var revisions: Int
    /// Workers that run now.
    public var workers: Int

    /// Describes a function.
    public init(_ summary: FunctionSummary, workers: Int) {
        tenant = summary.tenant.rawValue
        name = summary.name.rawValue
        revision = summary.revision.description
        runtime = summary.manifest.runtime.rawValue
        task = summary.manifest.task?.rawValue
        bytes = summary.bytes
        createdMilliseconds = summary.createdMilliseconds
        revisions = summary.revisions
        self.workers = workers
    }
}

/// What the control API says of a worker.
public struct WorkerDescription: Codable, Hashable, Sendable {
    /// The host's number for it.
    public var id: UInt64
    /// Whose function it serves.
    public var tenant: String
    /// The function.
    public var function: String
    /// The revision, 64 hexadecimal digits.
    public var revision: String
    /// The process; nil until it was started.
    public var pid: Int32?
    /// `starting`, `ready`, `draining` or `stopping`.
    public var state: String
    /// Requests that it has now, and had in all.
    public var inFlight: Int
    /// Requests that it was given in all.
    public var served: Int
    /// How long it has existed, in milliseconds.
    public var ageMilliseconds: Int64
    /// Where it listens.
    public var socket: String
    /// What it last said of itself.
    public var status: String?

    /// Describes a worker.
    public init(_ worker: WorkerStatus) {
        let record = worker.record
        id = record.id.number
        tenant = record.key.function.tenant.rawValue
        function = record.key.function.name.rawValue
        revision = record.key.revision.description
        pid = worker.processID
        state =
            switch record.state {
            case .starting: "starting"
            case .ready: "ready"
            case .draining: "draining"
            case .stopping: "stopping"
            }
        inFlight = record.inFlight
        served = record.served
        ageMilliseconds =
            worker.age.components.seconds * 1000
            + worker.age.components.attoseconds / 1_000_000_000_000_000
        socket = worker.socketPath
        status = worker.status
    }
}

/// A list under a name, so that the answer can grow.
public struct FunctionList: Codable, Hashable, Sendable {
    /// By name.
    public var functions: [FunctionDescription]
}

/// A list under a name, so that the answer can grow.
public struct WorkerList: Codable, Hashable, Sendable {
    /// In order of start.
    public var workers: [WorkerDescription]
}

/// An error as the host answers it.
public struct ErrorAnswer: Codable, Hashable, Sendable {
    /// The parts of a ``HearthError``.
    public struct Body: Codable, Hashable, Sendable {
        /// The error's code.
        public var code: String
        /// What went wrong.
        public var message: String
        /// What can be done.
        public var remedy: String?
    }

    /// The error.
    public var error: Body
}
