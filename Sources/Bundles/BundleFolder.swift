import Artifacts
public import FunctionTypes
import Glibc
import LinuxSystem

/// A bundle on the disk of whoever deploys it: a manifest and the files that it names.
///
/// Every call blocks on the disk.
public struct BundleFolder: Hashable, Sendable {
    /// A file of the bundle, where it lies.
    public struct Source: Hashable, Sendable {
        /// Its place in the bundle.
        public let path: BundlePath
        /// Its place on the disk, without symbolic links.
        public let location: String
        /// Its size in bytes.
        public let size: Int
        /// Whether its owner may run it; false where the native worker reads it.
        public let isExecutable: Bool
    }

    /// The name of the manifest's file in a folder.
    public static let manifestName = "function.yaml"

    /// The settings.
    public let manifest: Manifest
    /// The manifest as it is written.
    public let manifestText: String
    /// The files that the manifest names, those below its folders included, ascending by path.
    public let sources: [Source]

    /// Reads a folder: its `function.yaml`, and the sizes of the files which that names.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest`: no manifest, a bad one, a file missing, not regular, or
    ///   reached by a symbolic link that leaves the folder; for a program also too many files, folders that are
    ///   empty or hold themselves, and a program that is not executable; ``SystemError``.
    public init(path: String) throws {
        let folder = try Self.resolved(path, subject: "the bundle")
        let text = try Self.manifestBytes(in: folder)
        manifest = try ManifestReader.read(text)
        manifestText = String(decoding: text, as: UTF8.self)
        sources =
            switch manifest.runtime {
            case .gguf, .onnx: try manifest.referencedPaths.map { try Self.source($0, in: folder) }
            case .exec: try BundleWalk.sources(of: manifest, in: folder)
            }
    }

    /// Makes a bundle of a GGUF file alone, with a manifest of defaults. The file may lie anywhere and have
    /// any name.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest` where it is not a regular file; ``SystemError``.
    public init(ggufFile: String, name: FunctionName) throws {
        let model = try BundlePath("model.gguf")
        manifest = Manifest(name: name, runtime: .gguf, model: model)
        manifestText = "name: \(name)\nruntime: gguf\nmodel: \(model)\n"
        let location = try Self.resolved(ggufFile, subject: "the model")
        let size = Int(try Self.regularFile(at: location, subject: ggufFile).st_size)
        sources = [Source(path: model, location: location, size: size, isExecutable: false)]
    }

    /// The sum of the sizes of the files in bytes.
    public var totalBytes: Int { sources.reduce(0) { $0 + $1.size } }

    /// Reads every file once and digests it.
    ///
    /// - Parameter progress: told after each MiB how many bytes of all files are done, and how many there
    ///   are.
    /// - Throws: ``HearthError`` `.invalidManifest` where a file changed meanwhile; ``SystemError``.
    public func digestFiles(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws
        -> [BundleFile]
    {
        let total = totalBytes
        var done = 0
        return try sources.map { source in
            let start = done
            let descriptor = try FileDescriptor.open(source.location, O_RDONLY)
            let digest = try SHA256.digest(ofFile: descriptor, subject: source.location) { count in
                done += count
                progress(done, total)
            }
            guard done - start == source.size else {
                throw HearthError(
                    .invalidManifest, "The file '\(source.path)' changed while it was read.",
                    remedy: "Deploy again when nobody writes to it.")
            }
            return BundleFile(
                path: source.path, digest: digest, size: source.size, isExecutable: source.isExecutable)
        }
    }
}
