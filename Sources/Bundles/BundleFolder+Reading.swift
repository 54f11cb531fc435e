import FunctionTypes
import Glibc
import LinuxSystem

extension BundleFolder {
    /// The path without symbolic links. The C function is `realpath`.
    static func resolved(_ path: String, subject: String) throws -> String {
        guard let resolved = realpath(path, nil) else {
            let error = SystemError.last("find \(subject)", path)
            throw HearthError(
                .invalidManifest, "\(error.description.capitalizedFirst).", remedy: "Check the path.")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func manifestBytes(in folder: String) throws -> [UInt8] {
        let path = "\(folder)/\(manifestName)"
        guard access(path, F_OK) == 0 else {
            throw HearthError(
                .invalidManifest, "The bundle \(folder) has no \(manifestName).",
                remedy: "Write one there, or give a .gguf file instead of a folder.")
        }
        guard try regularFile(at: path, subject: path).st_size <= ManifestRules.maximumTextBytes else {
            throw ManifestReader.fault(
                nil, "is larger than \(ByteCount(ManifestRules.maximumTextBytes))",
                remedy: "Keep prompts and data in files of their own.")
        }
        return withExtendedLifetime(try MappedFile(path: path)) { Array($0.bytes) }
    }

    /// Finds a file that the manifest names for the native worker, which runs none of them.
    static func source(_ path: BundlePath, in folder: String) throws -> Source {
        let location = try location(of: path, in: folder)
        let status = try regularFile(at: location, subject: path.rawValue)
        return Source(path: path, location: location, size: Int(status.st_size), isExecutable: false)
    }

    /// Where a path of the bundle lies; symbolic links may not lead out of the folder.
    static func location(of path: BundlePath, in folder: String) throws -> String {
        let location = try resolved("\(folder)/\(path)", subject: "the file '\(path)' of the bundle")
        // By bytes: Swift would take two folders for one whose names Unicode calls equivalent.
        let root = (folder == "/" ? "" : folder).utf8
        let below = location.utf8.dropFirst(root.count)
        guard location.utf8.starts(with: root), below.isEmpty || below.first == UInt8(ascii: "/") else {
            throw HearthError(
                .invalidManifest,
                "The file '\(path)' of the bundle is a symbolic link that leaves it, to \(location).",
                remedy: "Copy the file into the bundle, or make a hard link.")
        }
        return location
    }

    /// What there is to know of a file or folder. The C function is `stat`.
    static func status(of location: String) throws -> stat {
        var status = stat()
        guard stat(location, &status) == 0 else { throw SystemError.last("look at", location) }
        return status
    }

    /// The same for a regular file; anything else is an error.
    static func regularFile(at location: String, subject: String) throws -> stat {
        let status = try status(of: location)
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw HearthError(
                .invalidManifest, "'\(subject)' is not a regular file.",
                remedy: "Name a file, not a folder or a device.")
        }
        return status
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
