import FunctionTypes
import Host
import NIOCore
import NIOHTTP1
import Scheduling

/// One request from its head to the end of its answer: what is known of it, and where it is.
///
/// | phase | the request's body goes | leaves for |
/// |---|---|---|
/// | local | nowhere | answered |
/// | routing | to the buffer and the scanner | admitting, answered |
/// | admitting | to the buffer | connecting, answered |
/// | connecting | to the buffer | forwarding, answered |
/// | forwarding | to the worker | answered |
/// | answered | nowhere | – |
struct Exchange {
    enum Phase: Hashable {
        /// The host answers by itself, once the request is complete.
        case local
        /// The function's name is still to be found in the body.
        case routing
        /// The scheduler decides.
        case admitting
        /// A worker is assigned; a connection to it opens.
        case connecting
        /// Bytes flow.
        case forwarding
        /// The answer is complete or given up.
        case answered
    }

    /// Counts the requests of one connection; tells a late answer from one for the present request.
    let serial: Int
    let head: HTTPRequestHead
    let id: String
    let route: Route
    /// Whose function is called.
    var tenant = TenantID.default
    let receivedAt: Instant
    var phase: Phase
    var scanner = RoutingFieldScanner()
    /// Body that has come and cannot be sent yet.
    var buffered: [ByteBuffer] = []
    var bodyBytes = 0
    var isRequestComplete = false
    var isResponseStarted = false
    var function: ResolvedFunction?
    var admission: RequestID?
    var routedAt: Instant?
    var dispatch: Dispatch?
    var connection: WorkerConnection?
    var deadline: Scheduled<Void>?

    /// Body that is read ahead while nothing can take it.
    static let bufferBound = 256 << 10
    /// A body that names its function later than this is refused.
    static let routingBound = 4 << 20

    init(serial: Int, head: HTTPRequestHead, id: String, route: Route, now: Instant) {
        self.serial = serial
        self.head = head
        self.id = id
        self.route = route
        receivedAt = now
        switch route {
        case .health, .readiness, .models, .model: phase = .local
        case .invocation, .passage, .embeddings: phase = .routing
        }
    }

    /// Whether more of the request's body may be read now.
    var takesBody: Bool {
        switch phase {
        case .local, .routing, .answered: true
        case .admitting, .connecting: buffered.reduce(0) { $0 + $1.readableBytes } < Self.bufferBound
        case .forwarding: connection?.isWritable ?? true
        }
    }

    /// Whether bytes of the body may still come; then the connection cannot be used for another request.
    var hasUnreadBody: Bool {
        guard !isRequestComplete else { return false }
        let announced = RequestRules.contentLength(head) ?? 0
        return announced > 0 || head.headers.contains(name: "transfer-encoding")
    }

    /// The most bytes that the body may have, as far as it is known yet.
    var bodyBound: Int { function?.maxBody ?? Self.routingBound }

    /// - Throws: ``HearthError`` `.payloadTooLarge` where the body is, or says that it will be, larger than
    ///   allowed.
    func checkBody(announced: Int?) throws(HearthError) {
        let bytes = max(bodyBytes, announced ?? 0)
        guard bytes > bodyBound else { return }
        if function == nil {
            throw HearthError(
                .payloadTooLarge, "The body has no field 'model' in its first \(Self.routingBound) bytes.",
                remedy: "Put 'model' before 'input'.")
        }
        throw HearthError(
            .payloadTooLarge,
            "The request's body has \(bytes) bytes or more; the function takes \(bodyBound).",
            remedy: "Send less at a time, or raise limits.maxBody.")
    }

    /// The head for the worker: without what concerns only this connection, and without the caller's
    /// credentials.
    func workerHead() -> HTTPRequestHead {
        var headers = head.headers
        for name in Self.withheld { headers.remove(name: name) }
        // How long the body is remains to be said, whatever `connection` declares.
        let kept = ["transfer-encoding", "content-length"]
        for name in HopByHop.names(in: head.headers) where !kept.contains(name) {
            headers.remove(name: name)
        }
        headers.replaceOrAdd(name: "host", value: "worker")
        headers.replaceOrAdd(name: "x-request-id", value: id)
        let uri: String =
            switch route {
            case .invocation:
                "/invocations" + (head.uri.firstIndex(of: "?").map { String(head.uri[$0...]) } ?? "")
            case .passage(_, let rest): rest
            case .embeddings, .health, .readiness, .models, .model: head.uri
            }
        return HTTPRequestHead(version: .http1_1, method: head.method, uri: uri, headers: headers)
    }

    private static let withheld = [
        "authorization", "x-api-key", "cookie", "expect", RequestRules.tenantHeader,
    ]
}

/// Headers that concern one connection and are not passed on (RFC 9110, section 7.6.1).
enum HopByHop {
    private static let always = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
        "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// The usual ones, and those that the message itself declares in `connection`.
    static func names(in headers: HTTPHeaders) -> [String] {
        always + headers[canonicalForm: "connection"].map { $0.lowercased() }
    }
}
