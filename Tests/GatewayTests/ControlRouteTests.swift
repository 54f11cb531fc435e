import FunctionTypes
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Control routes")
struct ControlRouteTests {
    private static let digest = "sha256:" + String(repeating: "0f", count: 32)

    @Test("every route is found by its method and path")
    func routes() throws {
        let name = try FunctionName("minilm")
        let expected: [(HTTPMethod, String, ControlRoute)] = [
            (.GET, "host", .host), (.GET, "workers", .workers), (.GET, "functions", .functions),
            (.POST, "functions", .deploy), (.POST, "blobs/missing", .missingBlobs),
            (.PUT, "blobs/\(Self.digest)", .upload(try Digest(Self.digest))),
            (.GET, "functions/minilm", .function(name)), (.DELETE, "functions/minilm", .remove(name)),
            (.POST, "functions/minilm/stop", .stop(name)),
            (.POST, "functions/minilm/rollback", .rollback(name)),
            (.GET, "functions/minilm/logs", .logs(name, follow: false, lines: 100)),
            (.GET, "functions/minilm/logs?follow=true&lines=7", .logs(name, follow: true, lines: 7)),
        ]
        for (method, path, route) in expected {
            #expect(
                try ControlRoute(method: method, uri: "/control/v1/\(path)") == route, "\(method) \(path)")
        }
    }

    @Test(
        "what is no route is an error with a code",
        arguments: [
            (HTTPMethod.GET, "/v1/models", HearthError.Code.routeUnknown),
            (.GET, "/control/v1", .routeUnknown),
            (.GET, "/control/v1/nothing", .routeUnknown), (.GET, "/control/v2/host", .routeUnknown),
            (.POST, "/control/v1/host", .methodNotAllowed),
            (.PATCH, "/control/v1/functions/minilm", .methodNotAllowed),
            (.PUT, "/control/v1/blobs/sha256:zz", .invalidRequest),
            (.PUT, "/control/v1/blobs/..%2f", .invalidRequest),
            (.DELETE, "/control/v1/functions/..", .invalidRequest),
            (.GET, "/control/v1/functions/minilm/logs?lines=-1", .invalidRequest),
            (.GET, "/control/v1/functions/minilm/logs?lines=many", .invalidRequest),
            (.GET, "/control/v1/functions/minilm/logs?follow=maybe", .invalidRequest),
            (.GET, "/control/v1/functions/minilm/logs?lines=1&lines=2", .invalidRequest),
            (.GET, "/control/v1/functions/minilm/logs?lines", .invalidRequest),
        ])
    func refusal(method: HTTPMethod, uri: String, code: HearthError.Code) {
        let error = #expect(throws: HearthError.self) { try ControlRoute(method: method, uri: uri) }
        #expect(error?.code == code)
    }
}
