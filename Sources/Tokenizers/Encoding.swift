/// A text as the tokens that a model reads.
public struct Encoding: Hashable, Sendable {
    /// Token numbers, those that mark the start and the end included; never more than asked for.
    public var ids: [Int32]
    /// Whether the text had more tokens than asked for, so that its end is missing.
    public var truncated: Bool
    /// The number of tokens that the whole text has, the marks included.
    public var totalTokens: Int
}
