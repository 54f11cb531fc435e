/// The place of a file in a bundle: names joined by `/`, relative to the bundle's folder.
///
/// Checked once, here: no empty name, no `.` or `..`, not absolute, no backslash, no control or formatting
/// character, at most 255 bytes in each name and 1024 in all. Two paths are equal when their bytes are: a
/// file system tells apart what Unicode calls equivalent, so this type does too.
public struct BundlePath: Sendable, CustomStringConvertible {
    /// The path as written.
    public let rawValue: String

    /// Checks the path.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest`, naming the path and what is wrong with it.
    public init(_ path: String) throws(HearthError) {
        if let cause = Self.fault(in: path) {
            throw HearthError(
                .invalidManifest, "The path \(NameRule.quoted(path)) \(cause).",
                remedy:
                    "Write it relative to the bundle's folder, such as 'model.gguf' or 'prompts/system.txt'.")
        }
        rawValue = path
    }

    /// The path as written.
    public var description: String { rawValue }

    /// Whether it is the other path, or a path below it.
    func isAtOrBelow(_ folder: BundlePath) -> Bool {
        self == folder || rawValue.utf8.starts(with: Array(folder.rawValue.utf8) + [UInt8(ascii: "/")])
    }

    private static func fault(in path: String) -> String? {
        guard !path.isEmpty else { return "is empty" }
        guard path.utf8.count <= 1024 else { return "has \(path.utf8.count) bytes, more than 1024" }
        guard path.utf8.first != UInt8(ascii: "/") else { return "is absolute" }
        guard !path.unicodeScalars.contains(where: isInvisible) else {
            return "has a control or formatting character"
        }
        guard !path.utf8.contains(UInt8(ascii: "\\")) else { return "has a backslash" }
        for name in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            switch String(decoding: name, as: UTF8.self) {
            case "": return "has an empty name between slashes or at its end"
            case ".", "..": return "has a '.' or '..' in it"
            default: if name.count > 255 { return "has a name of \(name.count) bytes, more than 255" }
            }
        }
        return nil
    }

    private static func isInvisible(_ character: Unicode.Scalar) -> Bool {
        switch character.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}

extension BundlePath: Hashable, Comparable {
    /// Byte for byte.
    public static func == (a: BundlePath, b: BundlePath) -> Bool {
        a.rawValue.utf8.elementsEqual(b.rawValue.utf8)
    }

    /// By bytes.
    public static func < (a: BundlePath, b: BundlePath) -> Bool {
        a.rawValue.utf8.lexicographicallyPrecedes(b.rawValue.utf8)
    }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in rawValue.utf8 { hasher.combine(byte) }
        hasher.combine(rawValue.utf8.count)
    }
}
