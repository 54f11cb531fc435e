import FunctionTypes
import Host
import Logging
import NIOCore
import NIOHTTP1

extension ExchangeHandler {
    /// Answers with an error, or ends the connection where an answer has begun already.
    func fail(_ error: HearthError, parameter: String? = nil) {
        guard let exchange, exchange.phase != .answered else { return }
        exchange.connection?.abandon()
        self.exchange?.connection = nil
        close(self.exchange)
        self.exchange?.phase = .answered
        if error.status >= 500 {
            logger.warning(
                "request failed",
                metadata: [
                    "request_id": "\(exchange.id)", "code": "\(error.code.rawValue)",
                    "cause": "\(error.message)",
                ])
        }
        guard !exchange.isResponseStarted else {
            // A cut connection is the only way left to say that the answer is not whole.
            context?.close(promise: nil)
            return
        }
        let text =
            exchange.route.isOpenAI
            ? error.openAIJSON(parameter: parameter) : error.json(requestID: exchange.id)
        respond(
            HTTPResponseStatus(statusCode: error.status), text, to: exchange,
            retryAfter: error.retryAfter.map { Int(max(1, ($0 / .seconds(1)).rounded(.up))) })
        resumeReading()
    }

    /// Answers a route that needs no worker.
    func answerLocally() {
        guard let exchange else { return }
        self.exchange?.phase = .answered
        switch exchange.route {
        case .health: respond(.ok, "{\"status\":\"ok\"}", to: exchange)
        case .readiness:
            let isReady = host.isReady
            respond(
                isReady ? .ok : .serviceUnavailable,
                "{\"status\":\"\(isReady ? "ready" : "shutting down")\"}",
                to: exchange)
        case .models:
            let models = host.functions(of: exchange.tenant).map(Self.modelObject)
            respond(.ok, "{\"object\":\"list\",\"data\":[\(models.joined(separator: ","))]}", to: exchange)
        case .model(let name):
            if let function = host.functions(of: exchange.tenant).first(where: { $0.name.rawValue == name }) {
                respond(.ok, Self.modelObject(function), to: exchange)
            } else {
                self.exchange?.phase = .local
                fail(
                    HearthError(
                        .functionUnknown, "There is no function \(JSONText.quoted(String(name.prefix(80)))).",
                        remedy: "GET /v1/models lists them."), parameter: "model")
            }
        case .invocation, .passage, .embeddings: preconditionFailure("\(exchange.route) needs a worker")
        }
    }

    private static func modelObject(_ function: FunctionSummary) -> String {
        "{\"id\":\(JSONText.quoted(function.name.rawValue)),\"object\":\"model\","
            + "\"created\":\(function.createdMilliseconds / 1000),\"owned_by\":\(JSONText.quoted(function.tenant.rawValue))}"
    }

    /// Ends what the exchange holds of the host. Safe to call again.
    func close(_ exchange: Exchange?) {
        guard let exchange else { return }
        exchange.deadline?.cancel()
        self.exchange?.deadline = nil
        exchange.connection?.abandon()
        self.exchange?.connection = nil
        if let admission = exchange.admission { host.dispatcher.ended(admission) }
        self.exchange?.admission = nil
    }

    /// Answers what the HTTP parser could not read, and ends the connection.
    func refuseUnparsable(_ error: HTTPParserError) {
        let cause = HearthError.unparsable(error)
        let body = cause.json(requestID: RequestRules.newRequestID())
        let headers = HTTPHeaders([
            ("content-type", "application/json"), ("content-length", String(body.utf8.count)),
            ("connection", "close"),
        ])
        let status = HTTPResponseStatus(statusCode: cause.status)
        write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)), flush: false)
        write(.body(.byteBuffer(ByteBuffer(string: body))), flush: false)
        write(.end(nil), flush: true)
        closeGently()
    }

    private func respond(
        _ status: HTTPResponseStatus, _ body: String, to exchange: Exchange, retryAfter: Int? = nil
    ) {
        let mustClose = !exchange.head.isKeepAlive || exchange.hasUnreadBody
        var headers = HTTPHeaders([
            ("content-type", "application/json"), ("content-length", String(body.utf8.count)),
            ("x-request-id", exchange.id),
        ])
        if let retryAfter { headers.add(name: "retry-after", value: String(retryAfter)) }
        if mustClose { headers.add(name: "connection", value: "close") }
        write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)), flush: false)
        if exchange.head.method != .HEAD {
            write(.body(.byteBuffer(ByteBuffer(string: body))), flush: false)
        }
        write(.end(nil), flush: true)
        if mustClose { closeGently() }
    }

    func write(_ part: HTTPServerResponsePart, flush: Bool) {
        guard let context else { return }
        context.write(wrapOutboundOut(part), promise: nil)
        if flush { context.flush() }
    }

    /// Ends the connection so that the client can still read the answer: a socket closed with unread bytes in
    /// it is reset, and the reset overtakes what was sent.
    func closeGently() {
        guard let channel = context?.channel else { return }
        channel.close(mode: .output, promise: nil)
        channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }
}

extension HearthError {
    static func unparsable(_ error: HTTPParserError) -> HearthError {
        switch error {
        case .headerOverflow: HearthError(.headersTooLarge, "The request's head is too large.")
        // What the parser has no name for, it refuses for one of these reasons.
        case .unknown:
            HearthError(
                .invalidRequest,
                "The request's head contradicts itself, or is not HTTP/1.1: for instance, 'content-length' and "
                    + "'transfer-encoding' exclude each other.")
        default: HearthError(.invalidRequest, "The request is not valid HTTP/1.1: \(error).")
        }
    }
}
