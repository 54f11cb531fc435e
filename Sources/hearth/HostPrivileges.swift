import Activation
import FoundationEssentials
import FunctionTypes
import Glibc
import Host
import LinuxSystem
import Sandbox

/// What a host does while it still has the privileges that it was started with: it prepares its folder, starts the process
/// that starts workers, which keeps them, and drops them itself before it listens to anybody.
struct HostPrivileges {
    let configuration: HostConfiguration
    let kind: ActivationKind

    init(_ configuration: HostConfiguration) throws {
        self.configuration = configuration
        kind = configuration.activation ?? (Self.isSystemdHere && geteuid() == 0 ? .systemd : .direct)
        if kind == .systemd {
            try Self.requireSystemd()
            try Self.requireVisible(configuration.directories)
        }
    }

    /// Starts the starter and drops the privileges. Call it while the process has one thread.
    func handOver() throws -> StarterConnection {
        let user = try geteuid() == 0 ? unprivilegedUser() : nil
        try makeStateFolder(for: user)
        let starter = try StarterConnection(
            kind: kind, program: starterProgram(), configuration: starterConfiguration())
        if let user {
            let threads = threadCount()
            guard threads <= 1 else {
                throw HearthError(
                    .internalError, "The host has \(threads) threads before it dropped its privileges.")
            }
            try user.become()
        }
        return starter
    }

    // MARK: The user

    /// The number before the range that workers' users are taken from.
    private static let ownUser: UInt32 = 1_899_999_999

    private func unprivilegedUser() throws -> ProcessUser {
        var user: ProcessUser
        if let name = configuration.user {
            guard
                let found = UInt32(name).map({ ProcessUser(user: $0, group: $0) }) ?? ProcessUser(named: name)
            else {
                throw HearthError(
                    .invalidRequest, "There is no user '\(name)' on this machine.",
                    remedy: "Make it with `useradd --system \(name)`, or name another with --user.")
            }
            user = found
        } else {
            user = ProcessUser(named: "hearth") ?? ProcessUser(user: Self.ownUser, group: Self.ownUser)
        }
        guard user.user != 0 else {
            throw HearthError(
                .invalidRequest, "The host refuses to run as root.", remedy: "Name another user with --user.")
        }
        // Who may read the journal shows a function's log.
        if kind == .systemd, let journal = ProcessUser.group(named: "systemd-journal") {
            user.groups.append(journal)
        }
        return user
    }

    private func makeStateFolder(for user: ProcessUser?) throws {
        try StateFolder.makeFolder(configuration.stateFolder)
        if let user, !user.owns(configuration.stateFolder) {
            try StateFolder.requireOwn(configuration.stateFolder)
            try user.takeOver(configuration.stateFolder)
        }
        guard let control = configuration.control, let user else { return }
        let folder = URL(filePath: control).deletingLastPathComponent().path
        guard access(folder, F_OK) != 0 else { return }
        try StateFolder.makeFolder(folder)
        try user.takeOver(folder)
    }

    // MARK: The starter

    private static var isSystemdHere: Bool { access("/run/systemd/system", F_OK) == 0 }

    private static func requireSystemd() throws {
        guard isSystemdHere else {
            throw HearthError(
                .invalidRequest, "This machine does not run systemd, so it cannot start workers.",
                remedy: "Use --activation direct.")
        }
        guard geteuid() == 0 else {
            throw HearthError(
                .invalidRequest, "Only root may have systemd start workers.",
                remedy: "Start the host as root, best by hearth.service, or use --activation direct.")
        }
    }

    /// Workers that systemd starts do not see the folders of people.
    private static func requireVisible(_ directories: [String]) throws {
        let hidden = ["/home", "/root", "/run/user"]
        guard
            let directory = directories.first(where: { path in
                hidden.contains { path == $0 || path.hasPrefix($0 + "/") }
            })
        else { return }
        throw HearthError(
            .invalidRequest,
            "The directory \(directory) cannot be shown to functions: systemd hides \(hidden.joined(separator: ", ")).",
            remedy: "Put what functions need below /opt or /srv, or use --activation direct.")
    }

    private func starterProgram() throws -> [String] {
        guard kind != .systemd else { return [CommandLine.executablePath, SystemdStarterCommand.name] }
        return [try Self.program("hearth-starter", configured: nil)]
    }

    private func starterConfiguration() throws -> StarterConfiguration {
        let state = configuration.stateFolder
        return StarterConfiguration(
            workerProgram: try Self.program("hearth-worker", configured: configuration.worker),
            adapterProgram: try Self.program("hearth-adapter", configured: nil),
            allowed: ["\(state)/code", "\(state)/run", "\(state)/blobs"] + configuration.directories,
            unitPrefix: Self.unitPrefix(stateFolder: state),
            // As systemd names the folder that it made for the host's own unit.
            rootsFolder: getenv("RUNTIME_DIRECTORY").map { String(cString: $0) } ?? "/run/hearth-workers",
            socketsFolder: "\(state)/run")
    }

    /// A name that two hosts with different folders never share.
    static func unitPrefix(stateFolder: String) -> String {
        // FNV-1a: short, and the same in every run.
        let hash = stateFolder.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return "hearth-worker-" + String(hash, radix: 16)
    }

    private static func program(_ name: String, configured: String?) throws -> String {
        let beside = URL(filePath: CommandLine.executablePath).deletingLastPathComponent().path + "/\(name)"
        let path = configured ?? beside
        guard access(path, X_OK) == 0 else {
            throw HearthError(
                .invalidRequest, "The program '\(path)' is not there or not executable.",
                remedy: "Build it with `make build`"
                    + (name == "hearth-worker" ? ", or name it with --worker." : "."))
        }
        return path
    }
}

// Looking users up loads code of the machine, which the static programs cannot.
extension ProcessUser {
    /// A user of this machine by name; nil where there is none. The C function is `getpwnam`.
    fileprivate init?(named name: String) {
        guard let entry = getpwnam(name) else { return nil }
        self.init(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
    }

    /// The number of a group of this machine by name. The C function is `getgrnam`.
    fileprivate static func group(named name: String) -> UInt32? { getgrnam(name)?.pointee.gr_gid }
}
