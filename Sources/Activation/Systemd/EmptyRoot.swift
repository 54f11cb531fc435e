import Glibc
import LinuxSystem
import Sandbox

/// The folders that become the roots of workers: empty but for the places where systemd mounts something. All workers of
/// one kind share one, which nobody but root can change.
struct EmptyRoot {
    let path: String

    /// Makes the folder, or finds it.
    ///
    /// - Parameters:
    ///   - folder: where the roots are.
    ///   - name: which of them.
    ///   - directories: what its workers see, so that links such as /lib can lead there.
    /// - Throws: ``SystemError``.
    init(in folder: String, name: String, directories: [String]) throws(SystemError) {
        path = "\(folder)/\(name)"
        for place in [folder, path] { try Self.make(place) }
        for place in [
            "dev", "proc", "sys", "run", "run/systemd", "tmp", "var", "var/tmp", "usr", "etc", "root", "app",
        ] {
            try Self.make("\(path)/\(place)")
        }
        for link in HostLayout.links(showing: directories) {
            guard symlink(link.source, path + link.target) == 0 || errno == EEXIST else {
                throw .last("make the link", path + link.target)
            }
        }
    }

    private static func make(_ path: String) throws(SystemError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last("make the folder", path) }
        // Whatever this process's own mask is, workers enter it as nobody in particular.
        guard chmod(path, 0o755) == 0 else { throw .last("set the mode of", path) }
    }
}
