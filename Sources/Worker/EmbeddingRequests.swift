import FoundationEssentials
import FunctionTypes

/// The body of `POST /invocations` for a model that embeds.
struct InvocationRequest: Decodable, Sendable {
    var inputs: EmbeddingInput
    /// Whether an input that is too long is cut (the default) or refused.
    var truncate: Bool?

    static let fields: Set<String> = ["inputs", "truncate"]
}

/// The body of `POST /v1/embeddings`.
struct EmbeddingsRequest: Decodable, Sendable {
    var input: EmbeddingInput
    var encodingFormat: EncodingFormat?
    var dimensions: Int?
    var truncate: Bool?

    enum EncodingFormat: String, Decodable, Sendable {
        case float
        case base64
    }

    enum CodingKeys: String, CodingKey {
        case input
        case encodingFormat = "encoding_format"
        case dimensions
        case truncate
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        input = try container.decode(EmbeddingInput.self, forKey: .input)
        encodingFormat = try container.decodeIfPresent(EncodingFormat.self, forKey: .encodingFormat)
        truncate = try container.decodeIfPresent(Bool.self, forKey: .truncate)
        do {
            dimensions = try container.decodeIfPresent(Int.self, forKey: .dimensions)
        } catch {
            // For a number with a fraction, or one that is too large, the decoder does not say where it is.
            throw DecodingError.dataCorruptedError(
                forKey: .dimensions, in: container, debugDescription: "expected a whole number")
        }
    }

    /// `model` was the host's to read; `user` identifies the caller's own user and is not used.
    static let fields: Set<String> = ["input", "encoding_format", "dimensions", "truncate", "model", "user"]
}

/// A request's body, read strictly: a field that nobody knows is more often a typing error than a wish to be
/// ignored.
enum RequestBody {
    /// - Throws: ``HearthError`` `.invalidRequest`, naming the field and what was expected.
    static func decode<Body: Decodable>(
        _ type: Body.Type, from bytes: [UInt8], fields: Set<String>
    ) throws(HearthError) -> Body {
        guard !bytes.isEmpty else {
            throw HearthError(.invalidRequest, "The request has no body; a JSON object is expected.")
        }
        // The decoder would take UTF-16 and UTF-32 too, which have zeros where JSON in UTF-8 has none.
        guard !bytes.prefix(4).contains(0), bytes.first != 0xFE, bytes.first != 0xFF else {
            throw HearthError(.invalidRequest, "The request's body is not JSON in UTF-8.")
        }
        let data = Data(bytes)
        let decoder = JSONDecoder()
        do {
            let present = try decoder.decode(FieldNames.self, from: data).names
            if let unknown = present.sorted().first(where: { !fields.contains($0) }) {
                throw HearthError(
                    .invalidRequest, "The field '\(unknown.prefix(80))' is unknown.",
                    remedy: "Known fields: \(fields.sorted().joined(separator: ", ")).")
            }
            return try decoder.decode(type, from: data)
        } catch let error as HearthError {
            throw error
        } catch let error as DecodingError {
            throw HearthError(.invalidRequest, "The request's body is not usable: \(error.cause).")
        } catch {
            throw HearthError(.invalidRequest, "The request's body is not usable: \(error).")
        }
    }

    private struct FieldNames: Decodable {
        let names: [String]

        init(from decoder: any Decoder) throws {
            names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension DecodingError {
    /// Field and reason, without Swift's own words.
    fileprivate var cause: String {
        func path(_ context: Context) -> String {
            context.codingPath.isEmpty
                ? "the body" : "'" + context.codingPath.map(\.stringValue).joined(separator: ".") + "'"
        }
        switch self {
        case .keyNotFound(let key, _): return "the field '\(key.stringValue)' is missing"
        case .typeMismatch(let type, let context): return "\(path(context)) is not \(Self.word(for: type))"
        case .valueNotFound(_, let context): return "\(path(context)) is null"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty
                ? "it is not valid JSON" : "\(path(context)): \(context.debugDescription)"
        @unknown default: return "it cannot be read"
        }
    }

    private static func word(for type: any Any.Type) -> String {
        switch type {
        case is Bool.Type: "true or false"
        case is String.Type: "a string"
        case is Int.Type: "a whole number"
        default: "a JSON object"
        }
    }
}
