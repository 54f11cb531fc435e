import FunctionTypes

/// The files of a revision with the runtime `exec`, held against its manifest.
struct ProgramFiles {
    /// By ascending path, each once.
    let files: [BundleFile]

    /// Checks that the files are those that the manifest names, that they can lie in one folder, and that the
    /// program is among them where it is to come from the bundle.
    ///
    /// - Complexity: O(n log n) comparisons of paths, and n steps for each entry of the manifest.
    func check(against manifest: Manifest) throws(HearthError) {
        try Self.check(count: files.count)
        var isNamed = Array(repeating: false, count: files.count)
        for entry in manifest.files {
            let named = Array(below(entry)) + [position(of: entry)].compactMap { $0 }
            guard !named.isEmpty else {
                throw HearthError(
                    .invalidManifest,
                    "'\(entry)', which the manifest names in files, is no file and has none below it.",
                    remedy: "Add it to the bundle, or remove it from files.")
            }
            for position in named { isNamed[position] = true }
        }
        if let surplus = isNamed.firstIndex(of: false) {
            throw HearthError(
                .invalidManifest, "The file '\(files[surplus].path)' is not named by the manifest.",
                remedy: "Leave it out, or add it or its folder to files.")
        }
        if let both = files.first(where: { !below($0.path).isEmpty }) {
            throw HearthError(
                .invalidManifest, "'\(both.path)' is a file, and other files are below it.",
                remedy: "Leave one or the others out.")
        }
        try Self.checkProgram(of: manifest) { path in position(of: path).map { files[$0].isExecutable } }
    }

    /// Checks that there are not too many.
    static func check(count: Int) throws(HearthError) {
        guard count <= ManifestRules.maximumFiles else {
            throw HearthError(
                .invalidManifest, "The bundle has more than \(ManifestRules.maximumFiles) files.",
                remedy: "Name fewer in files, or pack many small ones into one.")
        }
    }

    /// Checks that a program of the bundle can be run.
    ///
    /// - Parameter isExecutable: asked for its file; nil where there is none.
    static func checkProgram(
        of manifest: Manifest, isExecutable: (BundlePath) -> Bool?
    ) throws(HearthError) {
        guard let program = manifest.bundledProgram else { return }
        switch isExecutable(program) {
        case true: return
        case false:
            throw HearthError(
                .invalidManifest, "The program '\(program)' of the bundle is not executable.",
                remedy: "Run chmod +x on it and deploy again, or name its interpreter first in command.")
        case nil:
            throw HearthError(
                .invalidManifest, "The program '\(program)', which command names, is not among the files.",
                remedy: "Add it to the bundle.")
        }
    }

    private func position(of path: BundlePath) -> Int? {
        let position = firstPosition(notBefore: path.rawValue.utf8)
        return position < files.count && files[position].path == path ? position : nil
    }

    /// The positions of the files below a folder. They are neighbours: what starts with `folder/` is not before
    /// that, and before `folder0`, as the byte after a slash is a zero.
    private func below(_ folder: BundlePath) -> Range<Int> {
        let bytes = Array(folder.rawValue.utf8)
        let (slash, next) = (UInt8(ascii: "/"), UInt8(ascii: "0"))
        return firstPosition(notBefore: bytes + [slash])..<firstPosition(notBefore: bytes + [next])
    }

    private func firstPosition(notBefore bytes: some Sequence<UInt8>) -> Int {
        var (low, high) = (0, files.count)
        while low < high {
            let middle = (low + high) / 2
            if files[middle].path.rawValue.utf8.lexicographicallyPrecedes(bytes) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
