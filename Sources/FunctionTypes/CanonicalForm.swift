/// The bytes that stand for a revision: equal revisions have equal bytes, different ones different bytes.
///
/// The form is what a revision's digest is taken of, and what the registry keeps. It starts with
/// `hearth-revision` and a version, so a later form can never be mistaken for this one. Then follow all
/// settings, defaults included, in a fixed order, then the files by ascending path. A number is 8 bytes, most
/// significant first; a text is its length in UTF-8 bytes and those bytes; an optional is a byte 0 or 1 and
/// the value; a list is its count and its elements; a duration is its seconds and the attoseconds beyond. No
/// value's end depends on its content, so no two revisions share a form.
public enum CanonicalForm {
    static let magic = "hearth-revision"
    static let version: UInt64 = 1

    /// The form of a manifest with its files, which must ascend by path without repetition; anything else is
    /// a programmer error.
    public static func bytes(manifest: Manifest, files: [BundleFile]) -> [UInt8] {
        precondition(
            zip(files, files.dropFirst()).allSatisfy { $0.path < $1.path }, "files ascend by path, each once")
        var writer = CanonicalWriter()
        writer.text(magic)
        writer.number(version)
        writer.manifest(manifest)
        writer.list(files) { writer, file in
            writer.text(file.path.rawValue)
            writer.raw(file.digest.bytes)
            writer.number(UInt64(file.size))
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
        guard found == version else {
            throw CanonicalReader.damaged("its version is \(found), not \(version)")
        }
        let manifest = try reader.manifest()
        let files = try reader.list { (reader) throws(HearthError) in
            BundleFile(
                path: try reader.path(), digest: Digest(bytes: try reader.raw(Digest.byteCount)),
                size: try reader.integer())
        }
        guard zip(files, files.dropFirst()).allSatisfy({ $0.path < $1.path }) else {
            throw CanonicalReader.damaged("its files are out of order")
        }
        try reader.end()
        return (manifest, files)
    }
}
