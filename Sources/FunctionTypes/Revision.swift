/// The name of a revision: the digest of the canonical form of its manifest and files.
public struct RevisionID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The digest behind the name.
    public let digest: Digest

    /// Names the revision that has this digest.
    public init(_ digest: Digest) { self.digest = digest }

    /// Reads 64 lower-case hexadecimal digits, or gives nil.
    public init?(hex: String) {
        guard let digest = Digest(hex: hex.utf8) else { return nil }
        self.digest = digest
    }

    /// The first 12 hexadecimal digits, for people and log lines.
    public var short: String { String(digest.hex.prefix(12)) }

    /// All 64 hexadecimal digits.
    public var description: String { digest.hex }

    /// By digest.
    public static func < (a: RevisionID, b: RevisionID) -> Bool { a.digest < b.digest }
}

/// A file of a revision: where the bundle has it and which blob holds its bytes.
public struct BundleFile: Hashable, Sendable {
    /// The place in the bundle.
    public let path: BundlePath
    /// The blob.
    public let digest: Digest
    /// The size of the blob in bytes; never negative.
    public let size: Int
    /// Whether a program may run it. Always false for `gguf` and `onnx`.
    public let isExecutable: Bool

    /// Joins the parts; a negative size is a programmer error.
    public init(path: BundlePath, digest: Digest, size: Int, isExecutable: Bool = false) {
        precondition(size >= 0, "a file has no negative size")
        self.path = path
        self.digest = digest
        self.size = size
        self.isExecutable = isExecutable
    }
}

/// One immutable deployed state of a function: its settings and its files.
public struct Revision: Hashable, Sendable, Identifiable {
    /// The name, computed from everything else; see `RevisionRecipe`.
    public let id: RevisionID
    /// The settings, with defaults filled in.
    public let manifest: Manifest
    /// The files, by path in ascending order, each path once.
    public let files: [BundleFile]

    /// Joins the parts; `files` must be ascending by path without repetition, anything else is a programmer
    /// error.
    public init(id: RevisionID, manifest: Manifest, files: [BundleFile]) {
        precondition(
            zip(files, files.dropFirst()).allSatisfy { $0.path < $1.path }, "files ascend by path, each once")
        self.id = id
        self.manifest = manifest
        self.files = files
    }

    /// The file at a path of the bundle, if it has one.
    public func file(_ path: BundlePath) -> BundleFile? { files.first { $0.path == path } }

    /// The file that holds the model, where the manifest names one.
    public var modelFile: BundleFile? { manifest.model.flatMap(file) }
}
