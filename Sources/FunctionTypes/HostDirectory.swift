/// A directory of the host that a program sees at the same place, read-only.
///
/// Checked once, here: an absolute path in its one normal form, not the root, without control characters, of at
/// most ``ManifestRules/maximumDirectoryBytes`` bytes. Whether the host lets a program see the directory is for
/// the host to say.
public struct HostDirectory: Hashable, Sendable, CustomStringConvertible {
    // Bytes, as a file system tells apart what Unicode calls equivalent.
    private let bytes: [UInt8]

    /// Checks the path.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest`, naming the path and what is wrong with it.
    public init(_ path: String) throws(HearthError) {
        if let cause = Self.fault(in: path) {
            throw HearthError(
                .invalidManifest, "The directory \(NameRule.quoted(path)) \(cause).",
                remedy: "Write it as an absolute path without '.' and '..', such as '/usr/lib/python3'.")
        }
        bytes = Array(path.utf8)
    }

    /// The path as written.
    public var rawValue: String { String(decoding: bytes, as: UTF8.self) }

    /// The path as written.
    public var description: String { rawValue }

    private static func fault(in path: String) -> String? {
        let most = ManifestRules.maximumDirectoryBytes
        guard !path.isEmpty else { return "is empty" }
        guard path.utf8.count <= most else { return "has \(path.utf8.count) bytes, more than \(most)" }
        guard path.utf8.first == UInt8(ascii: "/") else { return "is not absolute" }
        guard path.utf8.count > 1 else { return "is the root of the host" }
        guard !path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return "has a control character"
        }
        let slash = UInt8(ascii: "/")
        for name in path.utf8.dropFirst().split(separator: slash, omittingEmptySubsequences: false) {
            switch String(decoding: name, as: UTF8.self) {
            case "": return "has an empty name between slashes or at its end"
            case ".", "..": return "has a '.' or '..' in it"
            default: continue
            }
        }
        return nil
    }
}
