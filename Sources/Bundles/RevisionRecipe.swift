import Artifacts
public import FunctionTypes

/// How a manifest and its files become a revision.
public enum RevisionRecipe {
    /// Orders the files and names the revision by the SHA-256 digest of the ``CanonicalForm``. The same
    /// manifest and files give the same revision everywhere, in whatever order the files come.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest`: the manifest breaks a rule, a file is there twice, one that
    ///   the manifest names is missing, one is there that it does not name, or one is executable that nobody may
    ///   run.
    public static func revision(manifest: Manifest, files: [BundleFile]) throws(HearthError) -> Revision {
        try manifest.validate()
        let files = files.sorted { $0.path < $1.path }
        if let (repeated, _) = zip(files, files.dropFirst()).first(where: { $0.path == $1.path }) {
            throw HearthError(
                .invalidManifest, "The file '\(repeated.path)' is there twice.", remedy: "List it once.")
        }
        switch manifest.runtime {
        case .gguf, .onnx: try check(files, against: manifest)
        case .exec: try ProgramFiles(files: files).check(against: manifest)
        }
        let form = CanonicalForm.bytes(manifest: manifest, files: files)
        return Revision(id: RevisionID(SHA256.digest(of: form)), manifest: manifest, files: files)
    }

    private static func check(_ files: [BundleFile], against manifest: Manifest) throws(HearthError) {
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
        if let executable = files.first(where: \.isExecutable) {
            throw HearthError(
                .invalidManifest,
                "The file '\(executable.path)' is executable, which does not go with the runtime "
                    + "\(manifest.runtime.rawValue).",
                remedy: "Leave the flag out, or set runtime: exec.")
        }
    }
}
