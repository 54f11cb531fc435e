public import FunctionTypes

/// A deployed function: its revisions and the names that point at them.
public struct FunctionRecord: Hashable, Sendable, Identifiable {
    /// Tenant and name.
    public let id: FunctionID
    /// When it was deployed for the first time.
    public let created: UnixTime
    /// The revision that the last deploy or rollback chose.
    public let live: RevisionID
    /// What each alias points at, `live` included; no list is empty.
    public let aliases: [AliasName: [AliasTarget]]
    /// All revisions that can be called.
    public let revisions: [RevisionID: Revision]

    /// Joins the parts; a live revision that is not among the revisions is a programmer error.
    public init(
        id: FunctionID, created: UnixTime, live: RevisionID, aliases: [AliasName: [AliasTarget]],
        revisions: [RevisionID: Revision]
    ) {
        precondition(revisions[live] != nil, "the live revision is one of the revisions")
        self.id = id
        self.created = created
        self.live = live
        self.aliases = aliases.merging([.live: [AliasTarget(live)]]) { _, live in live }
        self.revisions = revisions
    }

    /// The live revision with its manifest and files.
    public var liveRevision: Revision { revisions[live]! }

    /// The revisions that the second part of a reference means; never empty.
    ///
    /// - Throws: ``HearthError`` `.revisionUnknown`; `.conflict` where the start of a digest fits several.
    public func targets(_ target: FunctionReference.Target) throws(HearthError) -> [AliasTarget] {
        switch target {
        case .alias(let alias):
            guard let targets = aliases[alias] else {
                throw HearthError(
                    .revisionUnknown, "The function '\(id.name)' has no alias '\(alias)'.",
                    remedy:
                        "Its aliases are \(aliases.keys.sorted().map(\.rawValue).joined(separator: ", ")).")
            }
            return targets
        case .revision(let prefix):
            let found = revisions.keys.filter(prefix.matches)
            guard found.count < 2 else {
                throw HearthError(
                    .conflict,
                    "'\(prefix)' starts the digests of \(found.count) revisions of the function '\(id.name)'.",
                    remedy: "Write more digits: \(found.sorted().map(\.description).joined(separator: ", "))."
                )
            }
            guard let revision = found.first else {
                throw HearthError(
                    .revisionUnknown,
                    "The function '\(id.name)' has no revision that starts with '\(prefix)'.",
                    remedy: "Its live revision is \(live.short).")
            }
            return [AliasTarget(revision)]
        }
    }
}
