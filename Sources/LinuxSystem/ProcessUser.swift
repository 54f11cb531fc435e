import CLinux
import Glibc

/// A user that a process can become.
public struct ProcessUser: Hashable, Sendable {
    /// The user's number.
    public var user: UInt32
    /// The number of its first group.
    public var group: UInt32
    /// Further groups.
    public var groups: [UInt32]

    /// Joins the numbers.
    public init(user: UInt32, group: UInt32, groups: [UInt32] = []) {
        self.user = user
        self.group = group
        self.groups = groups
    }

    /// Makes this process that user, for good. Takes root, and a process that has one thread.
    ///
    /// - Throws: ``SystemError``.
    public func become() throws(SystemError) {
        try retryingOnInterrupt("become", "user \(user)") {
            groups.withUnsafeBufferPointer { hearth_linux_become(user, group, $0.baseAddress, $0.count) }
        }
    }

    /// Whether a folder is its own; a symbolic link is not followed.
    public func owns(_ folder: String) -> Bool {
        var status = stat()
        return lstat(folder, &status) == 0 && status.st_uid == user
    }

    /// Gives it a folder with everything below. Symbolic links are not followed.
    ///
    /// - Throws: ``SystemError``.
    public func takeOver(_ path: String) throws(SystemError) {
        // Its owner comes last: a change that was broken off is made again.
        var status = stat()
        guard lstat(path, &status) == 0 else { throw .last("look at", path) }
        if status.st_mode & S_IFMT == S_IFDIR {
            guard let names = entries(ofFolder: path) else { throw .last("list", path) }
            for name in names { try takeOver("\(path)/\(name)") }
        }
        guard lchown(path, user, group) == 0 else { throw .last("give to user \(user)", path) }
    }
}

/// How many threads this process has; 0 where /proc is missing.
public func threadCount() -> Int { entries(ofFolder: "/proc/self/task")?.count ?? 0 }
