public import FunctionTypes

/// How a host runs: the defaults, then a configuration file over them, then the command line over both.
public struct HostConfiguration: Hashable, Sendable {
    /// `listen` (address and port, default `127.0.0.1:8080`): where requests are taken.
    public var listen = "127.0.0.1:8080"
    /// `stateDir` (absolute path, default `/var/lib/hearth` for root, else `~/.local/state/hearth`): what is
    /// kept.
    public var stateFolder: String
    /// `control` (path, default `control.sock` in the state folder): the socket of the control API.
    public var control: String?
    /// `worker` (path, default `hearth-worker` beside this program): the native worker's program.
    public var worker: String?

    /// The defaults.
    ///
    /// - Parameters:
    ///   - isRoot: whether the host runs as root.
    ///   - environment: looks up `XDG_STATE_HOME` and `HOME`.
    public init(isRoot: Bool, environment: (String) -> String?) {
        stateFolder = Self.defaultStateFolder(isRoot: isRoot, environment: environment)
    }

    /// Where the state is unless told otherwise.
    public static func defaultStateFolder(isRoot: Bool, environment: (String) -> String?) -> String {
        if isRoot { return "/var/lib/hearth" }
        if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") { return "\(state)/hearth" }
        return "\(environment("HOME") ?? "/tmp")/.local/state/hearth"
    }

    /// Lays the file's keys over the values so far.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`, naming file, key and what was expected.
    public mutating func apply(_ file: HostConfigurationFile) throws(HearthError) {
        if let listen = file.listen { self.listen = listen }
        if let stateDir = file.stateDir { stateFolder = stateDir }
        if let control = file.control { self.control = control }
        if let worker = file.worker { self.worker = worker }
        try validate()
    }

    /// - Throws: ``HearthError`` `.invalidRequest`, naming the value and the rule.
    public func validate() throws(HearthError) {
        for (name, path) in [("stateDir", stateFolder), ("control", control), ("worker", worker)] {
            guard let path else { continue }
            guard path.hasPrefix("/") else {
                throw HearthError(
                    .invalidRequest, "The \(name) '\(path)' is not an absolute path.",
                    remedy: "Start it with '/'.")
            }
        }
    }
}
