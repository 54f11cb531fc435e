/// A request as raw bytes that a host must refuse.
struct MalformedRequest: Sendable {
    let name: String
    let bytes: [UInt8]
    /// The statuses that are right; empty where the connection just ends.
    let statuses: [Int]
    /// What the error's message or remedy must say, in any case of letters.
    let mentions: String
    /// Whether the client says that nothing more will come.
    var endsEarly = false

    init(
        _ name: String, _ text: String, _ statuses: Int..., says mentions: String = "",
        endsEarly: Bool = false
    ) {
        self.init(name, Array(text.utf8), statuses, mentions, endsEarly)
    }

    init(_ name: String, _ bytes: [UInt8], _ statuses: [Int], _ mentions: String, _ endsEarly: Bool = false) {
        self.name = name
        self.bytes = bytes
        self.statuses = statuses
        self.mentions = mentions
        self.endsEarly = endsEarly
    }
}

/// Requests that are wrong as HTTP, or that name what is not there. They expect a host with the function
/// `tiny`.
enum MalformedRequests {
    private static let route = "/v1/functions/tiny/invocations"
    private static let body = #"{"inputs":"a"}"#

    /// A good request to the function `tiny` but for some header lines.
    private static func post(_ headers: String, _ target: String = route, body: String = "") -> String {
        "POST \(target) HTTP/1.1\r\nhost: localhost\r\n\(headers)\r\n\(body)"
    }

    static let all = syntax + framing + targets + routes

    static let syntax: [MalformedRequest] = [
        MalformedRequest("no request at all", "what is this\r\n\r\n", 400, says: "HTTP"),
        MalformedRequest(
            "binary rubbish", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03], [400], "HTTP"),
        MalformedRequest("HTTP/0.9", "GET /healthz\r\n\r\n", 400),
        MalformedRequest("HTTP/9.9", "GET /healthz HTTP/9.9\r\nhost: a\r\n\r\n", 400, 505),
        MalformedRequest("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 505),
        MalformedRequest("an unknown method", "BREW /healthz HTTP/1.1\r\nhost: a\r\n\r\n", 400, 405),
        MalformedRequest(
            "a space before the colon", "GET /healthz HTTP/1.1\r\nhost : a\r\n\r\n", 400, says: "HTTP"),
        MalformedRequest(
            "a header without a name", "GET /healthz HTTP/1.1\r\nhost: a\r\n: b\r\n\r\n", 400, says: "HTTP"),
        MalformedRequest(
            "a NUL in a header", "GET /healthz HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n", 400, says: "HTTP"),
        MalformedRequest("no host", "GET /healthz HTTP/1.1\r\n\r\n", 400, says: "host"),
        MalformedRequest(
            "two hosts", "GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400, says: "host"),
        MalformedRequest(
            "two content types",
            post("content-type: a/b\r\ncontent-type: c/d\r\ncontent-length: 14\r\n", body: body), 400,
            says: "content-type"),
        MalformedRequest(
            "two authorizations",
            "GET /v1/models HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n",
            400, says: "authorization"),
        MalformedRequest(
            "many headers",
            "GET /healthz HTTP/1.1\r\nhost: a\r\n"
                + (0..<6000).map { "x-header-\($0): some value\r\n" }.joined() + "\r\n",
            431, says: "large"),
        MalformedRequest(
            "a long header",
            "GET /healthz HTTP/1.1\r\nhost: a\r\nx: \(String(repeating: "y", count: 100_000))\r\n\r\n", 431,
            says: "large"),
        MalformedRequest(
            "a long target", "GET /\(String(repeating: "y", count: 100_000)) HTTP/1.1\r\nhost: a\r\n\r\n",
            400, 404, 414, 431),
    ]

    static let framing: [MalformedRequest] = [
        MalformedRequest(
            "two equal lengths", post("content-length: 14\r\ncontent-length: 14\r\n", body: body), 400,
            says: "content-length"),
        MalformedRequest(
            "two lengths", post("content-length: 14\r\ncontent-length: 3\r\n", body: body), 400,
            says: "content"),
        MalformedRequest(
            "length and chunks",
            post("content-length: 14\r\ntransfer-encoding: chunked\r\n", body: "0\r\n\r\n"), 400,
            says: "content"),
        MalformedRequest("a negative length", post("content-length: -1\r\n"), 400, says: "content"),
        MalformedRequest(
            "a length in words", post("content-length: ten\r\n", body: body), 400, says: "content"),
        MalformedRequest(
            "a length beyond 64 bits", post("content-length: 99999999999999999999999\r\n"), 400, 413),
        MalformedRequest(
            "a huge length", post("content-length: 9223372036854775807\r\n"), 413, says: "bytes"),
        MalformedRequest(
            "a length over the limit", post("content-length: 4194305\r\n"), 413, says: "maxBody"),
        MalformedRequest(
            "chunks over the limit",
            post(
                "transfer-encoding: chunked\r\n",
                body: String(repeating: "10000\r\n\(String(repeating: " ", count: 65536))\r\n", count: 65)),
            413, says: "maxBody"),
        MalformedRequest(
            "a chunk size that is no number",
            post("transfer-encoding: chunked\r\n", body: "zz\r\n\(body)\r\n0\r\n\r\n"), 400,
            says: "chunk"),
        MalformedRequest(
            "a chunk size beyond 64 bits",
            post("transfer-encoding: chunked\r\n", body: "fffffffffffffffff\r\n\(body)\r\n"), 400, 413,
            says: "chunk"),
        MalformedRequest(
            "a chunk longer than it says",
            post("transfer-encoding: chunked\r\n", body: "3\r\n\(body)\r\n0\r\n\r\n"), 400,
            says: "HTTP"),
        MalformedRequest(
            "a transfer encoding that nobody knows", post("transfer-encoding: brotli\r\n", body: body), 400,
            501, says: "transfer"),
        MalformedRequest(
            "a body that ends early", post("content-length: 100\r\n", body: body), endsEarly: true),
        MalformedRequest(
            "chunks that end early", post("transfer-encoding: chunked\r\n", body: "e\r\n\(body)\r\n"),
            endsEarly: true),
        MalformedRequest(
            "a head that ends early", "POST \(route) HTTP/1.1\r\nhost: a\r\ncont", endsEarly: true),
        MalformedRequest(
            "a compressed body", post("content-encoding: gzip\r\ncontent-length: 14\r\n", body: body), 400,
            415, says: "gzip"),
        MalformedRequest("no body", post("content-length: 0\r\n"), 400, says: "no body"),
    ]

    static let targets: [MalformedRequest] =
        [
            ("a way up", "..%2f..%2fetc%2fpasswd", "name"), ("two dots", "..", "name"),
            ("a NUL", "tiny%00", "name"),
            ("an escape", "t%69ny", "name"), ("upper case", "Tiny", "name"), ("no name", "", "name"),
            ("64 letters", String(repeating: "a", count: 64), "63"),
            ("300 letters", String(repeating: "a", count: 300), "63"),
            ("two marks", "tiny@a@b", "@"), ("an empty alias", "tiny@", "alias"),
            ("a leading dash", "-tiny", "name"),
            ("an upper-case alias", "tiny@LIVE", "alias"),
        ].map { name, part, mentions in
            MalformedRequest(
                "a name with \(name)",
                post("content-length: 14\r\n", "/v1/functions/\(part)/invocations", body: body), 400,
                says: mentions)
        } + [
            MalformedRequest(
                "a name that is not UTF-8",
                Array("POST /v1/functions/t".utf8) + [0xFF, 0xFE]
                    + Array("/invocations HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n".utf8), [400], ""),
            MalformedRequest("a control character", "GET /v1/models/\u{1}x HTTP/1.1\r\nhost: a\r\n\r\n", 400),
            MalformedRequest(
                "a whole URL", "GET http://localhost/healthz HTTP/1.1\r\nhost: a\r\n\r\n", 400, 404, says: "/"
            ),
            MalformedRequest("no path", "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n", 400, 404, 405),
            MalformedRequest("a tunnel", "CONNECT localhost:80 HTTP/1.1\r\nhost: a\r\n\r\n", 400, 404, 405),
            MalformedRequest(
                "an unknown function",
                post("content-length: 14\r\n", "/v1/functions/ghost/invocations", body: body), 404,
                says: "ghost"),
        ]

    static let routes: [MalformedRequest] =
        [
            ("GET", "/", 404), ("GET", "/v1", 404), ("GET", "/v1/functions", 404),
            ("POST", "/v2/models/tiny/infer", 404),
            ("GET", "/v1/models/ghost", 404), ("POST", "/v1/functions/tiny/invocations/", 404),
            ("POST", "/v1/functions/tiny", 404), ("GET", "/healthz/../v1", 404),
            ("POST", "//v1/embeddings", 404),
            ("GET", "/control/v1/functions", 403), ("GET", route, 405), ("PUT", route, 405),
            ("DELETE", "/v1/models", 405),
            ("POST", "/healthz", 405), ("GET", "/v1/embeddings", 405), ("PATCH", "/readyz", 405),
        ].map { method, target, status in
            MalformedRequest(
                "\(method) \(target)", "\(method) \(target) HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n",
                status,
                says: status == 405 ? "method" : "")
        }
}
