/// A model file that cannot be used: which part of it (a key, a tensor, a byte offset) and what is wrong with
/// it.
public struct ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop, fit for the end of "cannot load the model: …".
    public let description: String

    /// Makes an error from its sentence.
    public init(_ message: String) { description = message }
}

/// A name out of a file that nobody vouches for, in quotes: at most 80 characters, none of them invisible.
func quoted(_ name: String) -> String {
    var text = "'"
    for scalar in name.unicodeScalars.prefix(80) {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            text += "?"
        default:
            text.unicodeScalars.append(scalar)
        }
    }
    return text + (name.unicodeScalars.count > 80 ? "…'" : "'")
}
