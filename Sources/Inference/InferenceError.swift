/// A computation that was refused, or that the system had no means for.
public struct InferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for programs.
    public enum Code: String, Sendable {
        /// A sequence without tokens.
        case emptySequence
        /// A sequence with more tokens than the model has positions.
        case sequenceTooLong
        /// A token that the model has no embedding for.
        case unknownToken
        /// No memory or no threads; the only case that the input is not to blame for.
        case outOfResources
    }

    /// What went wrong, for programs.
    public let code: Code
    /// One sentence without a full stop, for people.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
