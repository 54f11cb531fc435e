import FoundationEssentials
import FunctionTypes

/// What is to be embedded: texts, or the token ids that somebody else's tokenizer made of them.
enum EmbeddingInput: Sendable {
    case texts([String])
    /// As the model takes them, special tokens included.
    case tokens([[Int32]])

    /// The most inputs that one request may hold, as OpenAI's API has it.
    static let largestBatch = 2048

    /// The number of inputs.
    var count: Int {
        switch self {
        case .texts(let texts): texts.count
        case .tokens(let lists): lists.count
        }
    }
}

extension EmbeddingInput: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try container.decodeIfFits(String.self) {
            self = .texts([text])
        } else if let texts = try container.decodeIfFits([String].self) {
            self = .texts(texts)
        } else if let ids = try? container.decode([Int32].self) {
            self = .tokens([ids])
        } else if let lists = try? container.decode([[Int32]].self) {
            self = .tokens(lists)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "expected a string, a list of strings, a list of token ids or a list of such lists")
        }
    }

    /// - Throws: ``HearthError`` `.invalidRequest`, naming the field and the bound.
    func checkBounds(field: String) throws(HearthError) {
        guard count > 0 else { throw HearthError(.invalidRequest, "The field '\(field)' is an empty list.") }
        guard count <= Self.largestBatch else {
            throw HearthError(
                .invalidRequest, "The field '\(field)' has \(count) inputs, more than \(Self.largestBatch).",
                remedy: "Send them in several requests.")
        }
        if case .tokens(let lists) = self, let empty = lists.firstIndex(where: \.isEmpty) {
            throw HearthError(.invalidRequest, "Input \(empty) in the field '\(field)' has no token.")
        }
    }
}

extension SingleValueDecodingContainer {
    /// Nil where the value is of another type; what is wrong with a value of the right type is thrown.
    fileprivate func decodeIfFits<Value: Decodable>(_ type: Value.Type) throws -> Value? {
        do {
            return try decode(type)
        } catch DecodingError.typeMismatch, DecodingError.valueNotFound {
            return nil
        }
    }
}
