import Glibc
import LinuxSystem

/// Folders that survive a crash: a new name in a folder is on disk only after that folder was synced.
enum DurableDirectory {
    /// The owner alone: a blob may belong to any tenant.
    static let mode: mode_t = 0o700

    /// Makes a folder and its missing parents, each synced into its own parent.
    static func create(_ path: String) throws {
        if mkdir(path, mode) == 0 { return try sync(parent(of: path)) }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0 else { throw SystemError.last("look at", path) }
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw SystemError("make the folder", path, code: ENOTDIR)
            }
        case ENOENT:
            try create(parent(of: path))
            try create(path)
        default: throw SystemError.last("make the folder", path)
        }
    }

    /// Waits until the names in a folder are on disk.
    static func sync(_ path: String) throws {
        let descriptor = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
        let number = descriptor.number
        try retryingOnInterrupt("sync the folder", path) { fsync(number) }
    }

    private static func parent(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast()
        if path.hasPrefix("/") { return "/" + parts.joined(separator: "/") }
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }
}
