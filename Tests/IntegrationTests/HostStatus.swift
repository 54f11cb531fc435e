/// What the control API says of the host, as far as tests look at it.
struct HostStatus: Decodable {
    var pid: Int32
    var listen: [String]
    var ready: Bool
}

/// What the control API says of a function.
struct FunctionStatus: Decodable, Equatable {
    var name: String
    var revision: String
    var bytes: Int
    var revisions: Int
    var workers: Int
}

/// What the control API says of a worker.
struct WorkerLine: Decodable {
    var id: UInt64
    var function: String
    var revision: String
    var pid: Int32?
    var state: String
    var inFlight: Int
    var served: Int
    var socket: String
    var status: String?
}

/// `hearth list --json`.
struct FunctionLines: Decodable { var functions: [FunctionStatus] }

/// `hearth ps --json`.
struct WorkerLines: Decodable { var workers: [WorkerLine] }

/// `hearth deploy --json` and `hearth rollback --json`.
struct DeployLine: Decodable {
    var function: String
    var revision: String
    var created: Bool
    var changed: Bool
    var previous: String?
}
