public import Foundation

/// A folder for one test, removed with all it holds when the last reference goes.
public final class TemporaryFolder: Sendable {
    /// Where the folder is; short enough for a UNIX socket in it (`sun_path` has 108 bytes).
    public let url: URL

    /// Makes the folder. Who knows a name in it can get there, as a host that has dropped its privileges must.
    ///
    /// - Throws: what `FileManager` throws.
    public init() throws {
        let name = "hearth-\(UInt64.random(in: 0...UInt64.max))"
        url = FileManager.default.temporaryDirectory.appending(path: name, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// The folder's path, without a slash at the end.
    public var path: String { url.path(percentEncoded: false).trimmingSuffix("/") }

    /// A path inside the folder.
    public func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file into the folder, with the folders above it, and returns its path.
    ///
    /// - Throws: what writing throws.
    @discardableResult
    public func write(_ contents: some Sequence<UInt8>, to name: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(contents).write(to: file)
        return path(name)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
