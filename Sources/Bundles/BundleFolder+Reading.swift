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
        let size = try size(of: path, subject: path)
        guard size <= ManifestRules.maximumTextBytes else {
            throw ManifestReader.fault(
                nil, "is larger than \(ByteCount(ManifestRules.maximumTextBytes))",
                remedy: "Keep prompts and data in files of their own.")
        }
        return withExtendedLifetime(try MappedFile(path: path)) { Array($0.bytes) }
    }

    /// Finds a file that the manifest names; symbolic links may not lead out of the folder.
    static func source(_ path: BundlePath, in folder: String) throws -> Source {
        let location = try resolved("\(folder)/\(path)", subject: "the file '\(path)' of the bundle")
        guard location.hasPrefix(folder == "/" ? "/" : folder + "/") else {
            throw HearthError(
                .invalidManifest,
                "The file '\(path)' of the bundle is a symbolic link that leaves it, to \(location).",
                remedy: "Copy the file into the bundle, or make a hard link.")
        }
        return Source(path: path, location: location, size: try size(of: location, subject: path.rawValue))
    }

    /// The size of a regular file.
    static func size(of location: String, subject: String) throws -> Int {
        var status = stat()
        guard stat(location, &status) == 0 else { throw SystemError.last("look at", location) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw HearthError(
                .invalidManifest, "'\(subject)' is not a regular file.",
                remedy: "Name a file, not a folder or a device.")
        }
        return Int(status.st_size)
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
