public import FunctionTypes
import Yams

/// Reads `function.yaml`.
///
/// A manifest may come from anybody, so the reader takes little of YAML: one document of plain mappings,
/// lists and scalars. Anchors, aliases, tags and keys that it does not know are errors, and nothing is
/// guessed: an error names the line, the key with its path, and what was expected.
public enum ManifestReader {
    /// Reads the text of a manifest, fills in the defaults and checks every rule.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest`.
    public static func read(_ text: [UInt8]) throws(HearthError) -> Manifest {
        guard text.count <= ManifestRules.maximumTextBytes else {
            throw fault(
                nil, "is larger than \(ByteCount(ManifestRules.maximumTextBytes))",
                remedy: "Keep prompts and data in files of their own.")
        }
        // Some editors mark UTF-8 by these bytes at the start, which the parser would take for content.
        let content = text.starts(with: [0xef, 0xbb, 0xbf]) ? text[3...] : text[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            throw fault(nil, "is not UTF-8 text", remedy: "Save the file as UTF-8.")
        }
        let manifest = try manifest(
            ManifestMapping(ManifestDocument.root(of: text), path: "", keys: ManifestKey.root))
        try manifest.validate()
        return manifest
    }

    /// Reads the text of a manifest; as the other form.
    public static func read(_ text: String) throws(HearthError) -> Manifest { try read(Array(text.utf8)) }

    private static func manifest(_ root: ManifestMapping) throws(HearthError) -> Manifest {
        let name: FunctionName = try root.required("name", example: "name: minilm") {
            (text) throws(HearthError) in
            try FunctionName(text)
        }
        let runtime: Manifest.Runtime = try root.required("runtime", example: "runtime: gguf", choice)
        var manifest = Manifest(name: name, runtime: runtime)
        manifest.model = try root.text("model") { (text) throws(HearthError) in try BundlePath(text) }
        manifest.command = try root.list("command") { (text) throws(HearthError) in text } ?? []
        manifest.files = try root.list("files") { (text) throws(HearthError) in try BundlePath(text) } ?? []
        manifest.directories =
            try root.list("directories") { (text) throws(HearthError) in try HostDirectory(text) } ?? []
        manifest.port = try root.integer("port")
        manifest.task = try root.text("task", choice)
        if let limits = try root.mapping("limits", keys: ManifestKey.limits) {
            try read(limits, &manifest.limits)
        }
        if let scaling = try root.mapping("scaling", keys: ManifestKey.scaling) {
            try read(scaling, &manifest.scaling)
        }
        if let snapshot = try root.mapping("snapshot", keys: ManifestKey.snapshot) {
            manifest.snapshot.prompt = try snapshot.text("prompt") { (text) throws(HearthError) in
                try BundlePath(text)
            }
        }
        return manifest
    }

    private static func read(_ mapping: ManifestMapping, _ limits: inout Limits) throws(HearthError) {
        let size = { (text: String) throws(HearthError) in try ByteCount(text) }
        limits.memory =
            try mapping.quantity("memory", expected: "a size such as 512MiB", size) ?? limits.memory
        limits.threads = try mapping.integer("threads") ?? limits.threads
        limits.timeout =
            try mapping.quantity("timeout", expected: "a duration such as 30s", duration) ?? limits.timeout
        limits.maxBody =
            try mapping.quantity("maxBody", expected: "a size such as 4MiB", size) ?? limits.maxBody
    }

    private static func read(_ mapping: ManifestMapping, _ scaling: inout Scaling) throws(HearthError) {
        scaling.min = try mapping.integer("min") ?? scaling.min
        scaling.max = try mapping.integer("max") ?? scaling.max
        scaling.concurrency = try mapping.integer("concurrency") ?? scaling.concurrency
        let policy = { (text: String) throws(HearthError) in try KeepAlivePolicy(text) }
        scaling.keepAlive =
            try mapping.quantity("keepAlive", expected: "auto, forever or a duration such as 10m", policy)
            ?? scaling.keepAlive
    }

    private static func duration(_ text: String) throws(HearthError) -> Duration { try Duration(text: text) }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String
    ) throws(HearthError) -> Choice {
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        let list = known.joined(separator: ", ")
        let nearest = Spelling.nearest(to: text, among: known).map { "Did you mean \($0)? " } ?? ""
        throw HearthError(
            .invalidManifest, "'\(Spelling.shown(text))' is not one of \(list).",
            remedy: "\(nearest)Choose one of \(list).")
    }

    static func fault(_ line: Int?, _ cause: String, remedy: String? = nil) -> HearthError {
        HearthError(
            .invalidManifest, "function.yaml\(line.map { ", line \($0):" } ?? "") \(cause).", remedy: remedy)
    }
}
