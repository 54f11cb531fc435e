public import FunctionTypes

/// What the host answers to a deploy or a rollback.
public struct DeployAnswer: Hashable, Sendable, Codable {
    /// The function's name.
    public var function: String
    /// The revision that is live now, 64 hexadecimal digits.
    public var revision: String
    /// Whether the function is new.
    public var created: Bool
    /// Whether the live revision changed.
    public var changed: Bool
    /// The revision that was live before, if any.
    public var previous: String?

    /// Writes down the outcome.
    public init(
        function: FunctionName, revision: RevisionID, created: Bool, changed: Bool, previous: RevisionID?
    ) {
        self.function = function.rawValue
        self.revision = revision.description
        self.created = created
        self.changed = changed
        self.previous = previous?.description
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case function, revision, created, changed, previous }

    /// Reads all keys; one that is unknown is an error.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        function = try container.decode(String.self, forKey: .function)
        revision = try container.decode(String.self, forKey: .revision)
        created = try container.decode(Bool.self, forKey: .created)
        changed = try container.decode(Bool.self, forKey: .changed)
        previous = try container.decodeIfPresent(String.self, forKey: .previous)
    }
}
