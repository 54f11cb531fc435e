import Foundation

/// The answer of `POST /v1/embeddings`, whichever encoding was asked for.
struct EmbeddingList: Decodable {
    struct Usage: Decodable {
        var promptTokens: Int
        var totalTokens: Int

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case totalTokens = "total_tokens"
        }
    }

    struct Entry: Decodable {
        var index: Int
        var object: String
        var embedding: [Float]

        enum CodingKeys: String, CodingKey { case index, object, embedding }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            index = try container.decode(Int.self, forKey: .index)
            object = try container.decode(String.self, forKey: .object)
            if let numbers = try? container.decode([Float].self, forKey: .embedding) {
                embedding = numbers
            } else {
                let bytes = try container.decode(Data.self, forKey: .embedding)
                embedding = stride(from: 0, to: bytes.count, by: 4).map { offset in
                    let bits = bytes[offset..<offset + 4].reversed().reduce(UInt32(0)) {
                        $0 << 8 | UInt32($1)
                    }
                    return Float(bitPattern: bits)
                }
            }
        }
    }

    var object: String
    var model: String
    var data: [Entry]
    var usage: Usage
}

/// A body of `POST /v1/embeddings`.
struct EmbeddingQuestion: Encodable {
    var model: String
    var input: Input
    var format: String?

    enum Input: Encodable {
        case text(String)
        case texts([String])
        case ids([Int32])
        case lists([[Int32]])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .texts(let texts): try container.encode(texts)
            case .ids(let ids): try container.encode(ids)
            case .lists(let lists): try container.encode(lists)
            }
        }
    }

    enum CodingKeys: String, CodingKey {
        case model, input
        case format = "encoding_format"
    }
}

/// A body of the native route.
struct InvocationQuestion: Encodable {
    var inputs: EmbeddingQuestion.Input
}

extension RunningHost {
    /// Asks by OpenAI's route.
    func embed(_ model: String, _ input: EmbeddingQuestion.Input, format: String? = nil) async throws
        -> EmbeddingList
    {
        let body = try JSONEncoder().encode(EmbeddingQuestion(model: model, input: input, format: format))
        let reply = try await call(.post("/v1/embeddings", String(decoding: body, as: UTF8.self)))
        guard reply.status == 200 else { throw Refused(reply: reply) }
        return try reply.decoded()
    }

    /// Asks by the native route.
    func invoke(_ name: String, _ input: EmbeddingQuestion.Input) async throws -> Invocation {
        let body = try JSONEncoder().encode(InvocationQuestion(inputs: input))
        let reply = try await call(.invoke(name, String(decoding: body, as: UTF8.self)))
        guard reply.status == 200 else { throw Refused(reply: reply) }
        return try reply.decoded()
    }
}

/// A question that should have been answered was refused.
struct Refused: Error, CustomStringConvertible {
    let reply: HTTPReply

    var description: String { "refused: \(reply)" }
}
