public import Activation
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
    /// `activation` (`auto`, `direct`, `systemd` or `unsandboxed`, default `auto`): who starts workers. `auto` is
    /// systemd where the host is root on a machine that runs it, and direct elsewhere; nil stands for it.
    public var activation: ActivationKind?
    /// `user` (name or number, default `hearth` where there is such a user, else a number of Hearth's own): who a host
    /// that is started as root becomes before it listens. Root is not accepted.
    public var user: String?
    /// `directories` (list of absolute paths): folders of this machine that functions may ask to see, with all below.
    public var directories = Self.usualDirectories

    /// `idleExit` (duration, default never): how long without any call or worker until the host ends, for hosts whose
    /// sockets somebody else holds and starts them by.
    public var idleExit: Duration?

    /// Where a machine keeps its programs and libraries.
    public static let usualDirectories = [
        "/usr", "/opt", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/ssl",
    ]

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
        if let activation = file.activation { self.activation = try Self.activation(activation) }
        if let user = file.user { self.user = user }
        if let directories = file.directories { self.directories = directories }
        if let idleExit = file.idleExit { self.idleExit = try Duration(text: idleExit) }
        try validate()
    }

    /// Reads a way of starting workers; nil is `auto`.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`.
    public static func activation(_ text: String) throws(HearthError) -> ActivationKind? {
        if text == "auto" { return nil }
        guard let kind = ActivationKind(rawValue: text) else {
            let known = (["auto"] + ActivationKind.allCases.map(\.rawValue)).joined(separator: ", ")
            throw HearthError(
                .invalidRequest, "The activation '\(text.prefix(80))' is not one of \(known).",
                remedy: "Choose one of them, or leave it out.")
        }
        return kind
    }

    /// - Throws: ``HearthError`` `.invalidRequest`, naming the value and the rule.
    public func validate() throws(HearthError) {
        if let idleExit, idleExit < .seconds(1) {
            throw HearthError(
                .invalidRequest, "The idleExit of \(idleExit) is shorter than a second.",
                remedy: "Choose a longer one, such as 10m, or leave it out.")
        }
        for directory in directories {
            guard Self.isNormal(directory) else {
                throw HearthError(
                    .invalidRequest,
                    "The directory '\(directory.prefix(200))' for functions is not a plain absolute path below '/'.",
                    remedy: "Write it from '/' on, without '.', '..', doubled slashes and a slash at its end."
                )
            }
            guard !Self.isAtOrBelow(stateFolder, directory), !Self.isAtOrBelow(directory, stateFolder) else {
                throw HearthError(
                    .invalidRequest,
                    "The state folder \(stateFolder) and the directory \(directory), which functions may see, overlap.",
                    remedy: "Choose another with --state-dir, or leave \(directory) out of directories.")
            }
        }
        for (name, path) in [("stateDir", stateFolder), ("control", control), ("worker", worker)] {
            guard let path else { continue }
            guard path.hasPrefix("/") else {
                throw HearthError(
                    .invalidRequest, "The \(name) '\(path)' is not an absolute path.",
                    remedy: "Start it with '/'.")
            }
        }
        guard Self.isNormal(stateFolder) else {
            throw HearthError(
                .invalidRequest,
                "The stateDir '\(stateFolder.prefix(200))' is not a plain absolute path below '/'.",
                remedy: "Write it from '/' on, without '.', '..', doubled slashes and a slash at its end.")
        }
    }

    private static func isNormal(_ path: String) -> Bool {
        path.hasPrefix("/")
            && path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !["", ".", ".."].contains($0)
            }
    }

    private static func isAtOrBelow(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder + "/")
    }
}
