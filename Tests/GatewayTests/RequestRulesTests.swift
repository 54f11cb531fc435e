import FunctionTypes
import NIOHTTP1
import Testing

@testable import Gateway

/// Heads that two readers could understand differently are refused.
struct RequestRulesTests {
    private func head(
        _ headers: [(String, String)] = [], uri: String = "/healthz", version: HTTPVersion = .http1_1,
        hasHost: Bool = true
    ) -> HTTPRequestHead {
        HTTPRequestHead(
            version: version, method: .POST, uri: uri,
            headers: HTTPHeaders((hasHost ? [("host", "h")] : []) + headers))
    }

    @Test func ordinaryHeadsPass() throws {
        try RequestRules.check(head())
        try RequestRules.check(head([("content-length", "5"), ("content-type", "application/json")]))
        try RequestRules.check(head([("transfer-encoding", "chunked")]))
        try RequestRules.check(
            head([("accept", "a"), ("accept", "b"), ("x-forwarded-for", "1"), ("x-forwarded-for", "2")]))
        try RequestRules.check(head([("content-encoding", "identity")]))
        try RequestRules.check(head(version: .http1_0, hasHost: false))
        try RequestRules.check(head(uri: "/v1/functions/é?q=ü"))
    }

    @Test(
        "headers that may be there once are refused twice",
        arguments: [
            "content-length", "Content-Type", "TRANSFER-ENCODING", "authorization", "x-api-key",
            "X-Request-ID", "expect",
            "Host",
        ])
    func duplicates(name: String) {
        for values in [["1", "1"], ["1", "2"], ["", ""]] {
            let error = #expect(throws: HearthError.self) {
                try RequestRules.check(head(values.map { (name, $0) }, hasHost: false))
            }
            #expect(error?.code == .invalidRequest)
            #expect(error?.message.contains("'\(name.lowercased())'") == true)
        }
    }

    @Test func twoLengthsOfTheBodyAreRefused() {
        let error = #expect(throws: HearthError.self) {
            try RequestRules.check(head([("Content-Length", "5"), ("Transfer-Encoding", "chunked")]))
        }
        #expect(error?.message.contains("transfer-encoding") == true)
    }

    @Test(arguments: ["gzip, chunked", "chunked, chunked", "gzip", "identity", "chunked;q=1", ""])
    func aTransferEncodingIsChunkedOrRefused(value: String) {
        #expect(throws: HearthError.self) { try RequestRules.check(head([("transfer-encoding", value)])) }
    }

    @Test func anOldRequestIsNotChunked() {
        #expect(throws: HearthError.self) {
            try RequestRules.check(head([("transfer-encoding", "chunked")], version: .http1_0))
        }
    }

    @Test func aHostIsRequired() {
        let error = #expect(throws: HearthError.self) { try RequestRules.check(head(hasHost: false)) }
        #expect(error?.message.contains("'host'") == true)
    }

    @Test(arguments: ["gzip", "br", "GZIP", "identity, gzip"])
    func bodiesAreNotCompressed(encoding: String) {
        #expect(throws: HearthError.self) { try RequestRules.check(head([("content-encoding", encoding)])) }
        #expect(throws: HearthError.self) {
            try RequestRules.check(head([("content-encoding", "identity"), ("content-encoding", encoding)]))
        }
    }

    @Test(arguments: [
        "", "*", "healthz", "http://host/healthz", "host:80", "/a\tb", "/a\u{7F}", "/a b", "/a\r\nx: y",
    ])
    func targetsArePlainPaths(uri: String) {
        let error = #expect(throws: HearthError.self) { try RequestRules.check(head(uri: uri)) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func theLengthIsTheHeaders() {
        #expect(RequestRules.contentLength(head([("content-length", "123")])) == 123)
        #expect(RequestRules.contentLength(head()) == nil)
        #expect(RequestRules.contentLength(head([("content-length", "99999999999999999999")])) == nil)
    }

    @Test(
        "a request id that fits into a log line is kept",
        arguments: [
            "a", "AZaz09-_.", String(repeating: "x", count: 128), "0f8fad5b-d9cb-469f-a165-70867728950e",
        ])
    func goodIDs(id: String) { #expect(RequestRules.requestID(head([("X-Request-Id", id)])) == id) }

    @Test(
        "another request id is replaced by a new one",
        arguments: [
            "", " ", "a b", "a\nb", "é", "a/b", "<script>", "\"", String(repeating: "x", count: 129), "a;b",
        ])
    func badIDs(id: String) {
        let new = RequestRules.requestID(head([("x-request-id", id)]))
        #expect(new != id)
        #expect(new.wholeMatch(of: /[0-9a-f]{32}/) != nil)
    }

    @Test func newIDsDiffer() {
        let ids = (0..<100).map { _ in RequestRules.requestID(head()) }
        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}/) != nil })
    }
}
