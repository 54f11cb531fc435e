import FunctionTypes

/// A key of `function.yaml` with what a reader of the document and of the JSON Schema needs to know. The
/// document and the schema are tested against this list.
struct ManifestKey: Hashable, Sendable {
    /// The key with its section, such as `limits.memory`.
    let path: String
    /// What may be written.
    let type: String
    /// What holds where nothing is written; nil for a key that has no default.
    let standard: String?
    /// The bounds, or the choices, in words; nil where `type` says it all.
    let bounds: String?

    /// Every key, in the order of the document.
    static let all: [ManifestKey] = [
        ManifestKey(path: "name", type: "name", standard: nil, bounds: "1 to 63 of a-z, 0-9, '-', '.', '_'"),
        ManifestKey(path: "runtime", type: "choice", standard: nil, bounds: choices(Manifest.Runtime.self)),
        ManifestKey(path: "model", type: "path", standard: nil, bounds: "a file of the bundle"),
        ManifestKey(
            path: "command", type: "list of texts", standard: nil,
            bounds: span(ManifestRules.commandWords)
                + " words, each at most "
                + "\(ManifestRules.commandWordBytes.upperBound) bytes"),
        ManifestKey(
            path: "files", type: "list of paths", standard: nil,
            bounds: "\(span(ManifestRules.fileEntries)) files or folders of the bundle, each once; "
                + "at most \(ManifestRules.maximumFiles) files in all"),
        ManifestKey(
            path: "directories", type: "list of absolute paths", standard: nil,
            bounds: "\(span(ManifestRules.directoryEntries)) directories of the host, each once and at most "
                + "\(ManifestRules.maximumDirectoryBytes) bytes"),
        ManifestKey(path: "port", type: "whole number", standard: nil, bounds: span(ManifestRules.port)),
        ManifestKey(path: "task", type: "choice", standard: nil, bounds: choices(Manifest.Task.self)),
        ManifestKey("limits.memory", "size", ManifestRules.memory),
        ManifestKey("limits.threads", "whole number", ManifestRules.threads),
        ManifestKey("limits.timeout", "duration", ManifestRules.timeout, shown: \.text),
        ManifestKey("limits.maxBody", "size", ManifestRules.maxBody),
        ManifestKey("scaling.min", "whole number", ManifestRules.minimumWorkers),
        ManifestKey("scaling.max", "whole number", ManifestRules.maximumWorkers),
        ManifestKey("scaling.concurrency", "whole number", ManifestRules.concurrency),
        ManifestKey(
            path: "scaling.keepAlive", type: "`auto`, `forever` or duration",
            standard: ManifestRules.keepAlive.description,
            bounds: span(
                ManifestRules.keepAliveDurations.lowerBound.text,
                ManifestRules.keepAliveDurations.upperBound.text)),
        ManifestKey(path: "snapshot.prompt", type: "path", standard: nil, bounds: "a file of the bundle"),
    ]

    /// The keys and sections at the top of a manifest.
    static let root = Array(
        all.map { String($0.path.prefix { $0 != "." }) }.reduce(into: [String]()) {
            if $0.last != $1 { $0.append($1) }
        })
    /// The keys of the section `limits`.
    static let limits = keys(of: "limits")
    /// The keys of the section `scaling`.
    static let scaling = keys(of: "scaling")
    /// The keys of the section `snapshot`.
    static let snapshot = keys(of: "snapshot")

    /// The path of a key that exists in another section than the one in which it was written.
    static func elsewhere(_ key: String) -> String? {
        all.map(\.path).first {
            Spelling.nearest(to: key, among: [$0.split(separator: ".").last.map(String.init) ?? ""]) != nil
        }
    }

    private static func keys(of section: String) -> [String] {
        all.map(\.path).filter { $0.hasPrefix(section + ".") }.map { String($0.dropFirst(section.count + 1)) }
    }

    private static func choices<Choice: CaseIterable & RawRepresentable<String>>(_: Choice.Type) -> String {
        Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    }

    private static func span(_ range: ClosedRange<Int>) -> String { span(range.lowerBound, range.upperBound) }

    private static func span(_ low: some Any, _ high: some Any) -> String { "\(low) to \(high)" }
}

extension ManifestKey {
    private init<Value>(
        _ path: String, _ type: String, _ rule: ManifestRules.Bounded<Value>,
        shown: (Value) -> String = { "\($0)" }
    ) {
        self.path = path
        self.type = type
        standard = shown(rule.standard)
        bounds = Self.span(shown(rule.allowed.lowerBound), shown(rule.allowed.upperBound))
    }
}
