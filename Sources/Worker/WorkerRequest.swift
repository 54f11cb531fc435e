import FunctionTypes
import NIOHTTP1
import WorkerProtocol

/// One request to the worker, complete, and what it is answered.
struct WorkerRequest: Sendable {
    let head: HTTPRequestHead
    /// Nil when it was larger than the limit.
    let body: [UInt8]?
    let maxBody: Int

    /// Computes the answer; blocks the calling thread.
    func answer(with service: EmbeddingService) -> WorkerResponse {
        let requestID = head.headers.first(name: "x-request-id") ?? ""
        let path = head.uri.prefix { $0 != "?" }
        do throws(HearthError) {
            switch (head.method, path) {
            case (.GET, "/ping"), (.HEAD, "/ping"):
                // Whoever asks first learns what the start cost.
                let load = EmbeddingAnswers.milliseconds(Int64(service.loadMicroseconds) * 1000)
                return WorkerResponse(
                    status: 200, body: Array("{\"status\":\"ready\"}".utf8), serverTiming: "load;dur=\(load)")
            case (.POST, "/invocations"): return try invoke(service, requestID)
            case (.POST, "/v1/embeddings"): return try embed(service)
            case (_, "/ping"), (_, "/invocations"), (_, "/v1/embeddings"):
                throw HearthError(
                    .methodNotAllowed, "The method \(head.method.rawValue.prefix(20)) is not for this route.",
                    remedy: "Use \(path == "/ping" ? "GET" : "POST").")
            default:
                throw HearthError(
                    .routeUnknown, "This worker has no such route.",
                    remedy: "Use POST /invocations or POST /v1/embeddings.")
            }
        } catch {
            let isOpenAI = path.hasPrefix("/v1/")
            let text = isOpenAI ? error.openAIJSON(parameter: nil) : error.json(requestID: requestID)
            return WorkerResponse(status: error.status, body: Array(text.utf8))
        }
    }

    private func invoke(_ service: EmbeddingService, _ requestID: String) throws(HearthError)
        -> WorkerResponse
    {
        let request = try RequestBody.decode(
            InvocationRequest.self, from: boundedBody(), fields: InvocationRequest.fields)
        try request.inputs.checkBounds(field: "inputs")
        let answer = try service.answer(request.inputs, truncate: request.truncate ?? true)
        let specification = service.specification
        let name =
            specification.function.split(separator: "/").last.map(String.init) ?? specification.function
        return WorkerResponse(
            status: 200,
            body: EmbeddingAnswers.invocation(
                answer, function: name, revision: specification.revision, requestID: requestID),
            serverTiming: timing(answer))
    }

    private func embed(_ service: EmbeddingService) throws(HearthError) -> WorkerResponse {
        let request = try RequestBody.decode(
            EmbeddingsRequest.self, from: boundedBody(), fields: EmbeddingsRequest.fields)
        try request.input.checkBounds(field: "input")
        if let dimensions = request.dimensions, dimensions != service.dimension {
            throw HearthError(
                .invalidRequest,
                "The field 'dimensions' is \(dimensions), and the model's vectors have \(service.dimension).",
                remedy: "Leave it out.")
        }
        let answer = try service.answer(request.input, truncate: request.truncate ?? true)
        let specification = service.specification
        let name =
            specification.function.split(separator: "/").last.map(String.init) ?? specification.function
        return WorkerResponse(
            status: 200,
            body: EmbeddingAnswers.openAI(answer, model: name, base64: request.encodingFormat == .base64),
            serverTiming: timing(answer))
    }

    private func boundedBody() throws(HearthError) -> [UInt8] {
        guard let body else {
            throw HearthError(
                .payloadTooLarge, "The request's body is larger than \(maxBody) bytes.",
                remedy: "Send less at a time, or raise limits.maxBody.")
        }
        return body
    }

    private func timing(_ answer: EmbeddingService.Answer) -> String {
        "tokenize;dur=\(EmbeddingAnswers.milliseconds(answer.tokenizeNanoseconds)), "
            + "infer;dur=\(EmbeddingAnswers.milliseconds(answer.inferNanoseconds))"
    }
}

/// What a request is answered; the body is JSON.
struct WorkerResponse: Sendable {
    var status: Int
    var body: [UInt8]
    var serverTiming: String?
}
