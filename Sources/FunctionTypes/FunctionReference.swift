/// What a caller writes to name a function: `name`, `name@alias` or `name@revision`.
///
/// | written | means |
/// |---|---|
/// | `minilm` | the alias `live` |
/// | `minilm@canary` | the alias `canary` |
/// | `minilm@3fa2b8c01d9e` | the one revision whose digest starts so |
public struct FunctionReference: Hashable, Sendable, CustomStringConvertible {
    /// The part after the name.
    public enum Target: Hashable, Sendable {
        /// An alias; ``AliasName/live`` where nothing was written.
        case alias(AliasName)
        /// The start of a revision's digest.
        case revision(RevisionPrefix)
    }

    /// The function.
    public let name: FunctionName
    /// Which of its revisions.
    public let target: Target

    /// Joins the two.
    public init(name: FunctionName, target: Target = .alias(.live)) {
        self.name = name
        self.target = target
    }

    /// Reads a reference.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`, naming the part that is wrong.
    public init(_ text: String) throws(HearthError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count <= 2 else {
            throw HearthError(
                .invalidRequest, "The function reference \(NameRule.quoted(text)) has more than one '@'.",
                remedy: "Write 'name', 'name@alias' or 'name@revision'.")
        }
        name = try FunctionName(parts[0])
        guard parts.count == 2 else {
            target = .alias(.live)
            return
        }
        if let prefix = RevisionPrefix(parts[1]) {
            target = .revision(prefix)
        } else {
            target = .alias(try AliasName(parts[1]))
        }
    }

    /// The reference as it is written; a bare name for the alias `live`.
    public var description: String {
        switch target {
        case .alias(.live): name.rawValue
        case .alias(let alias): "\(name)@\(alias)"
        case .revision(let prefix): "\(name)@\(prefix)"
        }
    }
}

/// The start of a revision's digest: 8 to 64 lower-case hexadecimal digits.
public struct RevisionPrefix: Hashable, Sendable, CustomStringConvertible {
    /// The digits, without `sha256:`.
    public let digits: String

    /// Reads 8 to 64 digits, which may follow `sha256:`; nil for anything else.
    public init?(_ text: String) {
        let start = "sha256:"
        let digits =
            text.utf8.starts(with: start.utf8) ? text.utf8.dropFirst(start.utf8.count) : text.utf8[...]
        guard (8...64).contains(digits.count), digits.allSatisfy({ Hexadecimal.value(of: $0) != nil }) else {
            return nil
        }
        self.digits = String(decoding: digits, as: UTF8.self)
    }

    /// Whether the digest of a revision starts with these digits.
    public func matches(_ revision: RevisionID) -> Bool { revision.digest.hex.utf8.starts(with: digits.utf8) }

    /// The digits.
    public var description: String { digits }
}
