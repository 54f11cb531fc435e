public import FunctionTypes

/// What a deploy or a rollback did.
public struct DeployOutcome: Hashable, Sendable {
    /// How the function changed.
    public enum Change: String, Hashable, Sendable {
        /// The function is new.
        case created
        /// Another revision is live now.
        case updated
        /// The revision was live already; nothing was written.
        case unchanged
    }

    /// The function.
    public let function: FunctionID
    /// The revision that is live now.
    public let revision: RevisionID
    /// The revision that was live before; nil for a new function.
    public let previous: RevisionID?
    /// How the function changed.
    public let change: Change
}

/// One line of the log of deploys and rollbacks.
public struct Deployment: Hashable, Sendable {
    /// What made the revision live.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A deploy.
        case deploy
        /// A rollback to it.
        case rollback
    }

    /// The place in the log of the whole registry; it only grows, and never is used twice.
    public let sequence: Int64
    /// What happened.
    public let kind: Kind
    /// The revision that became live.
    public let revision: RevisionID
    /// When.
    public let time: UnixTime
}

/// A revision as the registry keeps it.
public struct RevisionRecord: Hashable, Sendable {
    /// The revision.
    public let revision: Revision
    /// The manifest as it was written.
    public let manifestText: String
    /// When it was deployed for the first time.
    public let created: UnixTime
}
