import FunctionTypes
import NIOHTTP1
import Testing

@testable import Gateway

/// Methods, paths and queries of the control socket.
struct ControlRouteTests {
    private static let digest = "sha256:" + String(repeating: "ab", count: 32)

    @Test func everyRouteHasItsMethod() throws {
        let name = try FunctionName("minilm")
        let table: [(HTTPMethod, String, ControlRoute)] = [
            (.GET, "host", .host), (.GET, "workers", .workers), (.GET, "functions", .functions),
            (.POST, "functions", .deploy), (.POST, "blobs/missing", .missingBlobs),
            (.PUT, "blobs/\(Self.digest)", .upload(try Digest(Self.digest))),
            (.GET, "functions/minilm", .function(name)),
            (.DELETE, "functions/minilm", .remove(name)), (.POST, "functions/minilm/stop", .stop(name)),
            (.POST, "functions/minilm/rollback", .rollback(name)),
            (.GET, "functions/minilm/logs", .logs(name, follow: false, lines: 100)),
            (.GET, "functions/minilm/logs?follow=true&lines=5", .logs(name, follow: true, lines: 5)),
            (.GET, "functions/minilm/logs?lines=0&follow=false", .logs(name, follow: false, lines: 0)),
            (.GET, "functions/minilm/logs?lines=100000", .logs(name, follow: false, lines: 100_000)),
            (.GET, "functions/minilm/logs?", .logs(name, follow: false, lines: 100)),
        ]
        for (method, path, route) in table {
            #expect(
                try ControlRoute(method: method, uri: "/control/v1/\(path)") == route, "\(method) \(path)")
        }
    }

    @Test(
        "another method is refused",
        arguments: [
            (.POST, "host"), (.DELETE, "workers"), (.PUT, "functions"), (.GET, "blobs/missing"),
            (.POST, "functions/minilm"),
            (.GET, "functions/minilm/stop"), (.POST, "functions/minilm/logs"),
            (.DELETE, "functions/minilm/rollback"),
            (.GET, "blobs/\(digest)"),
        ] as [(HTTPMethod, String)])
    func wrongMethods(method: HTTPMethod, path: String) {
        let error = #expect(throws: HearthError.self) {
            try ControlRoute(method: method, uri: "/control/v1/\(path)")
        }
        #expect(error?.code == .methodNotAllowed)
    }

    @Test(
        "what is no route is unknown",
        arguments: [
            "/", "", "/control", "/control/v1", "/control/v1/", "/control/v2/host", "/Control/v1/host",
            "/v1/models",
            "//control/v1/host", "/control//v1/host", "/control/v1/unknown", "/control/v1/functions/a/b/c",
            "/control/v1/functions/a/unknown", "/control/v1/host/x", "/control/v1/workers/1",
            "/control/v1/blobs",
            "control/v1/host/x/y/z",
        ])
    func unknown(uri: String) {
        for method in [HTTPMethod.GET, .POST] {
            let error = #expect(throws: HearthError.self, "\(method) \(uri)") {
                try ControlRoute(method: method, uri: uri)
            }
            #expect(error?.code == .routeUnknown, "\(method) \(uri)")
        }
    }

    @Test(
        "names, digests and queries that are wrong are bad requests",
        arguments: [
            (.GET, "functions/.."), (.GET, "functions/"), (.DELETE, "functions/a@live"),
            (.POST, "functions/%2e/stop"),
            (.PUT, "blobs/abc"), (.PUT, "blobs/sha256:AB"),
            (.PUT, "blobs/../../etc/passwd".split(separator: "/")[0] + "/.."),
            (.GET, "functions/a/logs?lines=-1"), (.GET, "functions/a/logs?lines=100001"),
            (.GET, "functions/a/logs?lines=x"),
            (.GET, "functions/a/logs?lines="), (.GET, "functions/a/logs?follow=1"),
            (.GET, "functions/a/logs?follow"),
            (.GET, "functions/a/logs?lines=1&lines=2"), (.GET, "host?=x"),
        ] as [(HTTPMethod, String)])
    func badRequests(method: HTTPMethod, path: String) {
        let error = #expect(throws: HearthError.self, "\(path)") {
            try ControlRoute(method: method, uri: "/control/v1/\(path)")
        }
        #expect(error?.code == .invalidRequest, "\(path)")
    }
}

struct QueryTests {
    @Test func valuesAreFoundByName() throws {
        let query = try Query("a=1&b=true&c=x=y&&d=false")
        #expect(try query.number("a", in: 0...9) == 1)
        #expect(try query.number("missing", in: 0...9) == nil)
        #expect(try query.flag("b") == true)
        #expect(try query.flag("d") == false)
        #expect(try query.flag("missing") == false)
        #expect(throws: HearthError.self) { try query.flag("c") }
        #expect(try Query("").flag("a") == false)
    }

    @Test(arguments: ["a", "a=", "=a", "=", "a=1&a=2", "a=1&b", "?"])
    func piecesThatAreNoPairsAreRefused(text: String) {
        let error = #expect(throws: HearthError.self) { try Query(text) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func numbersHaveBoundsThatTheErrorNames() throws {
        let query = try Query("a=10&b=9999999999999999999&c=1.0&d=%31")
        #expect(try query.number("a", in: 10...10) == 10)
        for name in ["a", "b", "c", "d"] {
            let error = #expect(throws: HearthError.self) { try query.number(name, in: 0...9) }
            #expect(error?.message.contains("'\(name)'") == true)
            #expect(error?.message.contains("0 to 9") == true)
        }
    }
}
