import FunctionTypes
import NIOHTTP1
import Scheduling
import Testing

@testable import Gateway

@Suite("Rules for a request's head")
struct RequestRulesTests {
    private func head(
        _ headers: [(String, String)], uri: String = "/healthz", version: HTTPVersion = .http1_1
    ) -> HTTPRequestHead {
        HTTPRequestHead(version: version, method: .POST, uri: uri, headers: HTTPHeaders(headers))
    }

    @Test(
        "a header that two readers could understand differently is refused by name",
        arguments: [
            ([("host", "a"), ("Host", "b")], "host"),
            ([("host", "a"), ("content-length", "1"), ("content-length", "1")], "content-length"),
            (
                [("host", "a"), ("content-length", "1"), ("transfer-encoding", "chunked")],
                "transfer-encoding"
            ),
            ([("host", "a"), ("content-type", "a/b"), ("content-type", "c/d")], "content-type"),
            ([("host", "a"), ("authorization", "x"), ("authorization", "y")], "authorization"),
            ([("host", "a"), ("content-encoding", "gzip")], "gzip"), ([], "host"),
        ])
    func refusal(headers: [(String, String)], named: String) {
        let error = #expect(throws: HearthError.self) { try RequestRules.check(head(headers)) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(named) == true, "\(error?.message ?? "")")
    }

    @Test("a target is a path without control characters")
    func target() {
        for uri in ["*", "http://a/b", "", "/a\u{7f}", "/a\u{1}b"] {
            #expect(throws: HearthError.self) { try RequestRules.check(head([("host", "a")], uri: uri)) }
        }
    }

    @Test("what curl and browsers send passes, and HTTP/1.0 without a host too")
    func usual() throws {
        try RequestRules.check(
            head([("host", "a"), ("content-length", "3"), ("accept", "a"), ("accept", "b")]))
        try RequestRules.check(head([("host", "a"), ("content-encoding", "identity")]))
        try RequestRules.check(head([], version: .http1_0))
    }

    @Test("a client's request id is kept where it is plain, and replaced otherwise")
    func requestID() {
        #expect(RequestRules.requestID(head([("x-request-id", "a-B_9.z")])) == "a-B_9.z")
        for bad in ["", "a b", "a\"b", "é", String(repeating: "a", count: 129)] {
            let id = RequestRules.requestID(head([("x-request-id", bad)]))
            #expect(id != bad && id.count == 32 && id.allSatisfy(\.isHexDigit))
        }
        #expect(RequestRules.newRequestID() != RequestRules.newRequestID())
    }

    @Test("credentials and what concerns one connection do not reach the worker")
    func workerHead() throws {
        let head = HTTPRequestHead(
            version: .http1_1, method: .POST, uri: "/v1/functions/a/invocations?x=1",
            headers: HTTPHeaders([
                ("host", "public"), ("authorization", "secret"), ("x-api-key", "secret"),
                ("cookie", "secret"),
                ("connection", "keep-alive, X-Hop"), ("x-hop", "1"), ("x-end", "2"), ("content-length", "3"),
            ]))
        let route = try Route(method: .POST, uri: head.uri)
        let exchange = Exchange(serial: 1, head: head, id: "id", route: route, now: .zero)
        let sent = exchange.workerHead()
        #expect(sent.uri == "/invocations?x=1")
        #expect(Set(sent.headers.map(\.name)) == ["host", "x-end", "content-length", "x-request-id"])
        #expect(sent.headers["host"] == ["worker"] && sent.headers["x-request-id"] == ["id"])
    }
}
