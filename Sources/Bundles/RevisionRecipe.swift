import Artifacts
public import FunctionTypes

/// How a manifest and its files become a revision.
public enum RevisionRecipe {
    /// Orders the files and names the revision by the SHA-256 digest of the ``CanonicalForm``. The same
    /// manifest and files give the same revision everywhere, in whatever order the files come.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest`: a file is there twice, one that the manifest names is
    ///   missing, or
    ///   one is there that it does not name.
    public static func revision(manifest: Manifest, files: [BundleFile]) throws(HearthError) -> Revision {
        let files = files.sorted { $0.path < $1.path }
        if let (repeated, _) = zip(files, files.dropFirst()).first(where: { $0.path == $1.path }) {
            throw HearthError(
                .invalidManifest, "The file '\(repeated.path)' is there twice.", remedy: "List it once.")
        }
        let wanted = manifest.referencedPaths
        if let missing = wanted.first(where: { path in !files.contains { $0.path == path } }) {
            throw HearthError(
                .invalidManifest, "The file '\(missing)', which the manifest names, is not among the files.",
                remedy: "Add it to the bundle.")
        }
        if let surplus = files.first(where: { !wanted.contains($0.path) }) {
            throw HearthError(
                .invalidManifest, "The file '\(surplus.path)' is not named by the manifest.",
                remedy: "Leave it out.")
        }
        let form = CanonicalForm.bytes(manifest: manifest, files: files)
        return Revision(id: RevisionID(SHA256.digest(of: form)), manifest: manifest, files: files)
    }
}
