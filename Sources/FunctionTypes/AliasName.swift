/// The name of an alias: a name of a function that points at revisions.
///
/// Follows ``NameRule`` and is never 8 or more hexadecimal digits alone, so that `name@word` is either an
/// alias or a revision, never both.
public struct AliasName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as written.
    public let rawValue: String

    /// The alias that every function has from its first deploy, and that a bare name means.
    public static let live = AliasName(unchecked: "live")

    /// Checks the name.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`.
    public init(_ name: String) throws(HearthError) {
        try NameRule.check(name, is: "alias name")
        guard RevisionPrefix(name) == nil else {
            throw HearthError(
                .invalidRequest, "The alias name \(NameRule.quoted(name)) reads like a revision.",
                remedy: "Use a character other than 0-9 and a-f in it.")
        }
        rawValue = name
    }

    private init(unchecked name: String) { rawValue = name }

    /// The name as written.
    public var description: String { rawValue }

    /// By name.
    public static func < (a: AliasName, b: AliasName) -> Bool { a.rawValue < b.rawValue }
}

/// One of the revisions that an alias points at, and its share of the requests.
public struct AliasTarget: Hashable, Sendable {
    /// The revision.
    public let revision: RevisionID
    /// Its share, relative to the sum of the weights of the alias; at least 1.
    public let weight: Int

    /// Joins the two; a weight below 1 is a programmer error.
    public init(_ revision: RevisionID, weight: Int = 1) {
        precondition(weight >= 1, "a weight is at least 1")
        self.revision = revision
        self.weight = weight
    }
}
