public import FunctionTypes

/// What the command sends to deploy: the manifest as the user wrote it, and the files by digest. Their bytes
/// were uploaded before, as blobs.
public struct DeployRequest: Hashable, Sendable, Codable {
    /// A file of the bundle.
    public struct File: Hashable, Sendable, Codable {
        /// The place in the bundle.
        public var path: String
        /// `sha256:` and 64 hexadecimal digits.
        public var digest: String
        /// The size in bytes.
        public var size: Int
        /// Whether a program may run it. Written only where it is true.
        public var executable: Bool

        /// Writes down a file.
        public init(_ file: BundleFile) {
            path = file.path.rawValue
            digest = file.digest.description
            size = file.size
            executable = file.isExecutable
        }

        enum CodingKeys: String, CodingKey, CaseIterable { case path, digest, size, executable }

        /// Reads all keys, of which `executable` may be left out; one that is unknown is an error.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
            path = try container.decode(String.self, forKey: .path)
            digest = try container.decode(String.self, forKey: .digest)
            size = try container.decode(Int.self, forKey: .size)
            executable = try container.decodeIfPresent(Bool.self, forKey: .executable) ?? false
        }

        /// Writes all keys but those that say nothing.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(path, forKey: .path)
            try container.encode(digest, forKey: .digest)
            try container.encode(size, forKey: .size)
            if executable { try container.encode(true, forKey: .executable) }
        }
    }

    /// The YAML text.
    public var manifest: String
    /// The files that the manifest names, those below its folders included.
    public var files: [File]

    /// Joins the two.
    public init(manifest: String, files: [BundleFile]) {
        self.manifest = manifest
        self.files = files.map(File.init)
    }

    /// Reads manifest and files, checks that this build can run them, and names the revision.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest`; `.invalidRequest` for a bad digest or size.
    public func revision() throws(HearthError) -> Revision {
        let manifest = try ManifestReader.read(manifest)
        try manifest.checkSupported()
        var files: [BundleFile] = []
        for file in self.files {
            guard file.size >= 0 else {
                throw HearthError(
                    .invalidRequest, "The file '\(Spelling.shown(file.path))' has a negative size.")
            }
            files.append(
                BundleFile(
                    path: try BundlePath(file.path), digest: try Digest(file.digest), size: file.size,
                    isExecutable: file.executable))
        }
        return try RevisionRecipe.revision(manifest: manifest, files: files)
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case manifest, files }

    /// Reads all keys; one that is unknown is an error.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        manifest = try container.decode(String.self, forKey: .manifest)
        files = try container.decode([File].self, forKey: .files)
    }
}
