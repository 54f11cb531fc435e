/// The bytes that stand for a revision: equal revisions have equal bytes, different ones different bytes.
///
/// The form is what a revision's digest is taken of, and what the registry keeps. It starts with
/// `hearth-revision` and a version, so a later form can never be mistaken for this one. Then follow all
/// settings, defaults included, in a fixed order, then the files by ascending path. A number is 8 bytes, most
/// significant first; a text is its length in UTF-8 bytes and those bytes; a flag is a byte 0 or 1; an optional
/// is a flag and the value; a list is its count and its elements; a duration is its seconds and the attoseconds
/// beyond. No value's end depends on its content, so no two revisions share a form.
///
/// Models have version 1, and programs, which have settings and flags of files that models lack, version 2. So
/// each revision has one form, and those of models kept their digests when programs came.
public enum CanonicalForm {
    static let magic = "hearth-revision"

    private enum Version: UInt64 {
        case model = 1
        case program = 2

        init(of runtime: Manifest.Runtime) { self = runtime == .exec ? .program : .model }
    }

    /// The form of a manifest with its files, which must ascend by path without repetition. For `gguf` and `onnx`
    /// there may be neither settings of a program nor an executable file. Anything else is a programmer error.
    public static func bytes(manifest: Manifest, files: [BundleFile]) -> [UInt8] {
        precondition(
            zip(files, files.dropFirst()).allSatisfy { $0.path < $1.path }, "files ascend by path, each once")
        let version = Version(of: manifest.runtime)
        precondition(version == .program || isPlain(manifest, files), "a model has no settings of a program")
        var writer = CanonicalWriter()
        writer.text(magic)
        writer.number(version.rawValue)
        writer.manifest(manifest)
        if version == .program { writer.program(manifest) }
        writer.list(files) { writer, file in
            writer.text(file.path.rawValue)
            writer.raw(file.digest.bytes)
            writer.number(UInt64(file.size))
            if version == .program { writer.flag(file.isExecutable) }
        }
        return writer.bytes
    }

    /// Reads a form back.
    ///
    /// - Throws: ``HearthError`` `.internalError`: cut off, of another version, or not a form at all.
    public static func read(_ bytes: [UInt8]) throws(HearthError) -> (manifest: Manifest, files: [BundleFile])
    {
        var reader = CanonicalReader(bytes)
        guard try reader.text() == magic else {
            throw CanonicalReader.damaged("it does not start with '\(magic)'")
        }
        let found = try reader.number()
        guard let version = Version(rawValue: found) else {
            throw CanonicalReader.damaged("its version is \(found), neither 1 nor 2")
        }
        var manifest = try reader.manifest()
        guard Version(of: manifest.runtime) == version else {
            throw CanonicalReader.damaged(
                "its version is \(found), which is not for the runtime \(manifest.runtime.rawValue)")
        }
        if version == .program { try reader.program(&manifest) }
        let files = try reader.list { (reader) throws(HearthError) in
            BundleFile(
                path: try reader.path(), digest: Digest(bytes: try reader.raw(Digest.byteCount)),
                size: try reader.integer(),
                isExecutable: version == .program ? try reader.flag() : false)
        }
        guard zip(files, files.dropFirst()).allSatisfy({ $0.path < $1.path }) else {
            throw CanonicalReader.damaged("its files are out of order")
        }
        try reader.end()
        return (manifest, files)
    }

    /// Whether version 1 says everything.
    private static func isPlain(_ manifest: Manifest, _ files: [BundleFile]) -> Bool {
        manifest.files.isEmpty && manifest.directories.isEmpty && manifest.port == nil
            && !files.contains(where: \.isExecutable)
    }
}
