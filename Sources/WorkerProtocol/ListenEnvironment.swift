/// Sockets and files that a parent hands to its child by systemd's protocol: descriptors from 3 on, counted
/// by `LISTEN_FDS`, named by `LISTEN_FDNAMES`, and meant for this process only if `LISTEN_PID` says so. The C
/// function is `sd_listen_fds_with_names`.
public struct ListenEnvironment: Hashable, Sendable {
    /// One inherited descriptor.
    public struct Entry: Hashable, Sendable {
        /// As `LISTEN_FDNAMES` calls it; `unknown` where that is not set.
        public let name: String
        /// The descriptor's number.
        public let number: CInt

        /// Joins the two.
        public init(name: String, number: CInt) {
            self.name = name
            self.number = number
        }
    }

    /// The number of the first inherited descriptor. The C constant is `SD_LISTEN_FDS_START`.
    public static let firstDescriptor: CInt = 3
    /// The name of a worker's listening socket.
    public static let listenerName = "listener"
    /// The name of a worker's model file.
    public static let modelName = "model"

    /// The variable that holds the model's path, where it is not passed as a descriptor.
    public static let modelVariable = "HEARTH_MODEL"

    /// In the order of their numbers.
    public let entries: [Entry]

    /// Reads the variables.
    ///
    /// - Parameters:
    ///   - lookup: the value of an environment variable.
    ///   - processID: the reader's own; descriptors meant for another process are not taken.
    /// - Throws: ``ContractError`` where the variables contradict each other.
    public init(lookup: (String) -> String?, processID: Int32) throws(ContractError) {
        guard let countText = lookup("LISTEN_FDS"), let pidText = lookup("LISTEN_PID") else {
            entries = []
            return
        }
        guard let pid = Int32(pidText) else {
            throw ContractError("LISTEN_PID is '\(pidText)', which is no process id")
        }
        guard pid == processID else {
            entries = []
            return
        }
        guard let count = Int32(countText), (0...1024).contains(count) else {
            throw ContractError("LISTEN_FDS is '\(countText)', which is no count from 0 to 1024")
        }
        let names = lookup("LISTEN_FDNAMES").map {
            $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
        // No names are written as the empty string, which reads as one name that is empty.
        if let names, names.count != count, !(count == 0 && names == [""]) {
            throw ContractError("LISTEN_FDNAMES has \(names.count) names for \(count) descriptors")
        }
        entries = (0..<count).map {
            Entry(name: names?[Int($0)] ?? "unknown", number: Self.firstDescriptor + $0)
        }
    }

    /// The variables for a child that gets these descriptors, in this order. `LISTEN_PID` is missing: only
    /// the child knows its process id.
    public static func variables(names: [String]) -> [String] {
        ["LISTEN_FDS=\(names.count)", "LISTEN_FDNAMES=\(names.joined(separator: ":"))"]
    }

    /// The descriptor of that name.
    public func descriptor(named name: String) -> CInt? {
        entries.first { $0.name == name }?.number
    }
}

/// One side broke the worker contract.
public struct ContractError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was broken, as one sentence without a full stop.
    public let description: String

    /// Makes an error.
    public init(_ description: String) { self.description = description }
}
