import FunctionTypes
import Glibc
public import LinuxSystem

/// Everything that the host keeps on disk, under one folder that one host at a time may use.
public final class StateFolder: Sendable {
    /// The folder itself.
    public let path: String
    private let lock: FileDescriptor

    /// Creates what is missing, takes the lock, and clears what a host that was killed left in `run`.
    ///
    /// - Throws: `SystemError`, or ``HearthError`` `.conflict` where another host uses the folder, and
    ///   `.invalidRequest` where the path is too long for the sockets below it.
    public init(path: String) throws {
        let longest = UnixSocket.longestPath - "/run/notify-99999999999.sock".utf8.count
        guard path.utf8.count <= longest else {
            throw HearthError(
                .invalidRequest,
                "The state folder's path has \(path.utf8.count) bytes; sockets below it allow \(longest).",
                remedy: "Choose a shorter one with --state-dir.")
        }
        self.path = path
        for folder in [path, "\(path)/run", "\(path)/logs"] { try Self.makeFolder(folder) }
        lock = try FileDescriptor.open("\(path)/lock", O_RDWR | O_CREAT)
        guard flock(lock.number, LOCK_EX | LOCK_NB) == 0 else {
            throw HearthError(
                .conflict, "Another host uses the state folder \(path).",
                remedy: "Stop it, or choose another folder with --state-dir.")
        }
        try Self.empty("\(path)/run")
    }

    /// The database of functions and their revisions.
    public var registryPath: String { "\(path)/registry.sqlite" }
    /// Sockets; emptied at start.
    public var runFolder: String { "\(path)/run" }
    /// What workers wrote.
    public var logFolder: String { "\(path)/logs" }
    /// The files of programs, a folder a revision.
    public var codeFolder: String { "\(path)/code" }
    /// Where the control socket is unless told otherwise.
    public var controlPath: String { "\(path)/control.sock" }

    /// Makes a folder, and those above it that are missing, for the caller alone.
    ///
    /// - Throws: `SystemError`.
    public static func makeFolder(_ path: String) throws(SystemError) {
        var parents: [String] = []
        var prefix = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            prefix += part
            if !part.isEmpty { parents.append(prefix) }
            prefix += "/"
        }
        for parent in parents where mkdir(parent, 0o700) != 0 && errno != EEXIST {
            throw .last("create the folder", parent)
        }
    }

    /// Checks that a folder may be given to the host's user with all below: it is empty, or a host has used it.
    ///
    /// - Throws: `SystemError`, or ``HearthError`` `.invalidRequest` naming what else is there.
    public static func requireOwn(_ path: String) throws {
        guard let names = entries(ofFolder: path) else { throw SystemError.last("list", path) }
        var status = stat()
        // Not any name will do: /var has a link of this one.
        if lstat("\(path)/lock", &status) == 0, status.st_mode & S_IFMT == S_IFREG { return }
        guard let other = names.sorted().first(where: { $0 != "lost+found" }) else { return }
        throw HearthError(
            .invalidRequest,
            "The folder \(path) holds '\(other)' and no host's state, so it is not taken over.",
            remedy: "Name a folder with --state-dir that is empty, or Hearth's own.")
    }

    private static func empty(_ folder: String) throws(SystemError) {
        guard let names = entries(ofFolder: folder) else { throw .last("list", folder) }
        for name in names { unlink("\(folder)/\(name)") }
    }
}
