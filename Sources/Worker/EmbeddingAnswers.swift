import FunctionTypes

/// The bodies that answer a request, written straight into bytes: a vector is hundreds of numbers, and an
/// encoder would make an object of each.
enum EmbeddingAnswers {
    /// The answer to `POST /invocations`.
    static func invocation(
        _ answer: EmbeddingService.Answer, function: String, revision: String, requestID: String
    ) -> [UInt8] {
        var text = JSONBytes(capacity: answer.vectors.count * (answer.vectors.first?.count ?? 0) * 12 + 512)
        text.write("{\"outputs\":[")
        for (position, vector) in answer.vectors.enumerated() {
            if position > 0 { text.write(",") }
            text.write(vector)
        }
        text.write("],\"function\":\(JSONText.quoted(function)),\"revision\":\(JSONText.quoted(revision))")
        text.write(",\"request_id\":\(JSONText.quoted(requestID)),\"timings\":{\"tokenize_ms\":")
        text.write(milliseconds(answer.tokenizeNanoseconds))
        text.write(
            ",\"infer_ms\":\(milliseconds(answer.inferNanoseconds))},\"usage\":{\"tokens\":\(answer.tokens)}")
        text.write(",\"truncated\":[\(answer.truncated.map(String.init).joined(separator: ","))]}")
        return text.bytes
    }

    /// The answer to `POST /v1/embeddings`.
    static func openAI(_ answer: EmbeddingService.Answer, model: String, base64: Bool) -> [UInt8] {
        var text = JSONBytes(capacity: answer.vectors.count * (answer.vectors.first?.count ?? 0) * 12 + 512)
        text.write("{\"object\":\"list\",\"data\":[")
        for (position, vector) in answer.vectors.enumerated() {
            if position > 0 { text.write(",") }
            text.write("{\"object\":\"embedding\",\"index\":\(position),\"embedding\":")
            if base64 { text.writeBase64(vector) } else { text.write(vector) }
            text.write("}")
        }
        text.write("],\"model\":\(JSONText.quoted(model)),\"usage\":{\"prompt_tokens\":\(answer.tokens)")
        text.write(",\"total_tokens\":\(answer.tokens)}}")
        return text.bytes
    }

    /// Thousandths of a millisecond are as fine as it makes sense to say.
    static func milliseconds(_ nanoseconds: Int64) -> String {
        let microseconds = nanoseconds / 1000
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}
