import FunctionTypes
import NIOHTTP1
import Scheduling
import Testing

@testable import Gateway

/// What is passed on of a head, and what the host adds.
struct HeaderTests {
    private func exchange(_ headers: [(String, String)], uri: String, route: Route) -> Exchange {
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: uri, headers: HTTPHeaders(headers))
        return Exchange(serial: 1, head: head, id: "id-1", route: route, now: .zero)
    }

    @Test func headersOfOneConnectionAreNamed() {
        let names = HopByHop.names(
            in: HTTPHeaders([("Connection", "close, X-Mine"), ("connection", "X-Other")]))
        for name in [
            "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
            "transfer-encoding",
            "upgrade", "x-mine", "x-other", "close",
        ] {
            #expect(names.contains(name))
        }
        #expect(!HopByHop.names(in: HTTPHeaders()).contains("x-mine"))
    }

    @Test func theWorkerGetsTheRequestWithoutItsCredentials() throws {
        let exchange = exchange(
            [
                ("Host", "public"), ("Authorization", "Bearer secret"), ("X-API-Key", "secret"),
                ("Cookie", "secret"),
                ("Expect", "100-continue"), ("Connection", "X-Mine"), ("X-Mine", "1"), ("TE", "trailers"),
                ("Content-Type", "application/json"), ("Content-Length", "5"), ("X-Request-ID", "theirs"),
                ("Accept", "a"), ("Accept", "b"),
            ], uri: "/v1/functions/minilm/invocations?x=1",
            route: .invocation(try FunctionReference("minilm")))
        let head = exchange.workerHead()
        #expect(head.method == .POST)
        #expect(head.uri == "/invocations?x=1")
        #expect(head.headers["host"] == ["worker"])
        #expect(head.headers["x-request-id"] == ["id-1"])
        #expect(head.headers["content-type"] == ["application/json"])
        #expect(head.headers["content-length"] == ["5"])
        #expect(head.headers["accept"] == ["a", "b"])
        for name in ["authorization", "x-api-key", "cookie", "expect", "connection", "x-mine", "te"] {
            #expect(!head.headers.contains(name: name), "\(name)")
        }
    }

    @Test func otherRoutesKeepTheirPath() {
        let exchange = exchange(
            [("transfer-encoding", "chunked")], uri: "/v1/embeddings?a=b", route: .embeddings)
        #expect(exchange.workerHead().uri == "/v1/embeddings?a=b")
        #expect(
            exchange.workerHead().headers["transfer-encoding"] == ["chunked"],
            "the body is still to be delimited")
    }

    @Test func theBodyOfARequestCannotBeMadeAmbiguousByItsConnectionHeader() {
        let exchange = exchange(
            [("connection", "content-length, host, x-request-id"), ("content-length", "5"), ("host", "h")],
            uri: "/v1/embeddings", route: .embeddings)
        let head = exchange.workerHead()
        #expect(head.headers["content-length"] == ["5"])
        #expect(head.headers["host"] == ["worker"])
        #expect(head.headers["x-request-id"] == ["id-1"])
    }

    @Test func theClientGetsWhatTheHostKnows() {
        var exchange = exchange([], uri: "/v1/embeddings", route: .embeddings)
        exchange.routedAt = .zero + .microseconds(1500)
        let worker = HTTPResponseHead(
            version: .http1_1, status: .ok,
            headers: HTTPHeaders([
                ("content-type", "application/json"), ("content-length", "2"),
                ("connection", "close, x-inner"),
                ("x-inner", "1"), ("server-timing", "infer;dur=1.000"), ("x-request-id", "forged"),
                ("keep-alive", "x"),
            ]))
        let head = ResponseHeaders.head(from: worker, exchange)
        #expect(head.status == .ok)
        #expect(head.headers["server-timing"] == ["route;dur=1.500, infer;dur=1.000"])
        #expect(head.headers["x-request-id"] == ["id-1"])
        #expect(head.headers["content-length"] == ["2"])
        for name in ["connection", "x-inner", "keep-alive"] { #expect(!head.headers.contains(name: name)) }
    }

    @Test(arguments: [
        (Duration.zero, "0.000"), (.microseconds(1), "0.001"), (.nanoseconds(1999), "0.001"),
        (.milliseconds(12), "12.000"),
        (.microseconds(12_034), "12.034"), (.seconds(61), "61000.000"), (.nanoseconds(-5), "0.000"),
        (.seconds(-3), "0.000"), (.nanoseconds(999), "0.000"),
    ])
    func milliseconds(duration: Duration, text: String) {
        #expect(ResponseHeaders.milliseconds(duration) == text)
    }

    @Test func aBodyHasTheBoundOfWhatIsKnown() throws {
        var exchange = exchange([], uri: "/v1/embeddings", route: .embeddings)
        try exchange.checkBody(announced: nil)
        try exchange.checkBody(announced: Exchange.routingBound)
        let announced = #expect(throws: HearthError.self) {
            try exchange.checkBody(announced: Exchange.routingBound + 1)
        }
        #expect(announced?.code == .payloadTooLarge)
        exchange.bodyBytes = Exchange.routingBound + 1
        #expect(throws: HearthError.self) { try exchange.checkBody(announced: nil) }
    }
}
