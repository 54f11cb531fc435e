/// How the vectors of a sequence's tokens become one.
enum Pooling: Int, Sendable {
    /// Their mean. Numbered, as the next, as `bert.pooling_type` numbers them.
    case mean = 1
    /// The vector of the first token.
    case first = 2
}
