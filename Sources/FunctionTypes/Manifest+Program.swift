extension Manifest {
    /// The file of the bundle that is run: the first word of `command`, where that has a slash and is not
    /// absolute.
    ///
    /// Nil for a program at an absolute path, for a bare name, which is found on the `PATH`, and for a word that
    /// breaks the rules of a path.
    public var bundledProgram: BundlePath? { try? programPath() }

    /// Checks the keys that only a program has.
    func validateProgram() throws(HearthError) {
        try validateCommand()
        try check(files.count, ManifestRules.fileEntries, key: "files (its number of entries)")
        try checkEachOnce(files, key: "files")
        try check(
            directories.count, ManifestRules.directoryEntries, key: "directories (its number of entries)")
        try checkEachOnce(directories, key: "directories")
        if let port { try check(port, ManifestRules.port, key: "port") }
        if let program = try programPath(), !files.contains(where: program.isAtOrBelow) {
            throw HearthError(
                .invalidManifest,
                "command[0] is the file '\(program)' of the bundle, which files does not name.",
                remedy: "Add it to files, or name a program outside the bundle by its absolute path.")
        }
    }

    private func validateCommand() throws(HearthError) {
        guard !command.isEmpty else {
            throw HearthError(
                .invalidManifest, "The key command is missing or empty; the runtime exec needs it.",
                remedy: "Add the program and its arguments, such as command: [uvicorn, app:app, --fd, \"3\"]."
            )
        }
        try check(command.count, ManifestRules.commandWords, key: "command (its number of words)")
        for (position, word) in command.enumerated() {
            try check(
                word.utf8.count, ManifestRules.commandWordBytes,
                key: "command[\(position)] (its number of bytes)")
            guard !word.utf8.contains(0), position > 0 || !word.isEmpty else {
                throw HearthError(
                    .invalidManifest,
                    "command[\(position)] \(word.isEmpty ? "is empty" : "has a NUL character").",
                    remedy: "Name the program first, then its arguments.")
            }
        }
    }

    private func programPath() throws(HearthError) -> BundlePath? {
        let slash = UInt8(ascii: "/")
        guard let word = command.first?.utf8, word.contains(slash), word.first != slash else { return nil }
        // A file at the top of the bundle is written so; its bare name would be looked for on the PATH.
        let path = word.starts(with: "./".utf8) ? word.dropFirst(2) : word[...]
        do {
            return try BundlePath(String(decoding: path, as: UTF8.self))
        } catch {
            throw HearthError(
                .invalidManifest, "command[0] names no file of the bundle. \(error.message)",
                remedy: "Write a file of the bundle as ./serve or bin/serve.")
        }
    }

    private func checkEachOnce<Entry: Hashable & CustomStringConvertible>(
        _ entries: [Entry], key: String
    ) throws(HearthError) {
        var seen: Set<Entry> = []
        guard let repeated = entries.first(where: { !seen.insert($0).inserted }) else { return }
        throw HearthError(
            .invalidManifest, "\(key) names \(NameRule.quoted(repeated.description)) twice.",
            remedy: "Keep one of the two.")
    }
}
