import FunctionTypes
import NIOHTTP1
import Testing

@testable import Gateway

/// Methods and paths of the public listener.
struct RouteTests {
    @Test(
        "every route has its method",
        arguments: [
            (.GET, "/healthz", .health), (.HEAD, "/healthz", .health), (.GET, "/readyz?verbose", .readiness),
            (.HEAD, "/readyz", .readiness), (.GET, "/v1/models", .models), (.GET, "/v1/models?x=/y", .models),
            (.GET, "/v1/models/minilm", .model("minilm")),
            (.GET, "/v1/models/not%20a%20name", .model("not%20a%20name")),
            (.POST, "/v1/embeddings", .embeddings), (.POST, "/v1/embeddings?a=b", .embeddings),
            (.GET, "/healthz#x", .health),
        ] as [(HTTPMethod, String, Route)])
    func table(method: HTTPMethod, uri: String, route: Route) throws {
        #expect(try Route(method: method, uri: uri) == route)
    }

    @Test(arguments: ["minilm", "minilm@live", "minilm@canary", "minilm@3fa2b8c0", "a.b-c_d"])
    func anInvocationNamesItsFunction(name: String) throws {
        let reference = try FunctionReference(name)
        #expect(try Route(method: .POST, uri: "/v1/functions/\(name)/invocations") == .invocation(reference))
        #expect(
            try Route(method: .POST, uri: "/v1/functions/\(name)/invocations?a=/b") == .invocation(reference))
    }

    @Test(
        "another method is refused with the right one",
        arguments: [
            (.POST, "/healthz", "GET"), (.DELETE, "/readyz", "GET"), (.POST, "/v1/models", "GET"),
            (.DELETE, "/v1/models/minilm", "GET"), (.GET, "/v1/embeddings", "POST"),
            (.PUT, "/v1/embeddings", "POST"),
            (.GET, "/v1/functions/minilm/invocations", "POST"), (.OPTIONS, "/v1/embeddings", "POST"),
            (.RAW(value: "get"), "/healthz", "GET"), (.RAW(value: "BREW"), "/v1/embeddings", "POST"),
        ] as [(HTTPMethod, String, String)])
    func wrongMethods(method: HTTPMethod, uri: String, right: String) {
        let error = #expect(throws: HearthError.self) { try Route(method: method, uri: uri) }
        #expect(error?.code == .methodNotAllowed)
        #expect(error?.remedy?.contains(right) == true)
    }

    @Test(
        "paths that nobody serves are unknown",
        arguments: [
            "/", "", "/healthz/", "//healthz", "/HEALTHZ", "/v1", "/v1/", "/v2/models", "/v1/embeddings/",
            "/v1//embeddings",
            "/v1/functions", "/v1/functions/minilm", "/v1/functions/minilm/invocations/",
            "/v1/functions//minilm/invocations",
            "/v1/functions/a/b/invocations", "/invocations", "/ping", "*", "/v1/models/a/b", "/v1/../healthz",
            "/./healthz",
            "/healthz;x", "/?/healthz", "/%68ealthz", "//control/v1/host",
        ])
    func unknown(uri: String) {
        for method in [HTTPMethod.GET, .POST] {
            let error = #expect(throws: HearthError.self, "\(uri)") { try Route(method: method, uri: uri) }
            #expect(error?.code == .routeUnknown, "\(uri)")
        }
    }

    @Test(
        "a name that is no name is a bad request",
        arguments: [
            "", "..", ".", "-a", "a-", "A", "a b", "a%2fb", "%2e%2e", "a@", "@a", "a@b@c", "a@..", "a@%2e",
            "a\\b", "é",
            "a\u{0}", String(repeating: "x", count: 64), "a:b", "a@sha256:zz",
        ])
    func badNames(name: String) {
        let error = #expect(throws: HearthError.self, "\(name)") {
            try Route(method: .POST, uri: "/v1/functions/\(name)/invocations")
        }
        #expect(error?.code == .invalidRequest, "\(name)")
    }

    @Test(arguments: [
        "/control", "/control/", "/control/v1/host", "/control/v1/functions/a", "/control/../healthz",
    ])
    func theControlAPIIsNotServed(uri: String) {
        for method in [HTTPMethod.GET, .POST, .DELETE, .PUT] {
            let error = #expect(throws: HearthError.self) { try Route(method: method, uri: uri) }
            #expect(error?.code == .forbidden)
        }
    }

    @Test func aLongMethodIsShortenedInItsMessage() {
        let method = HTTPMethod.RAW(value: String(repeating: "X", count: 5000))
        let error = #expect(throws: HearthError.self) { try Route(method: method, uri: "/healthz") }
        #expect((error?.message.utf8.count ?? .max) < 200)
    }

    @Test func errorsOfOpenAIsRoutesHaveItsShape() throws {
        #expect(Route.models.isOpenAI && Route.model("m").isOpenAI && Route.embeddings.isOpenAI)
        #expect(!Route.health.isOpenAI && !Route.readiness.isOpenAI)
        #expect(try !Route.invocation(FunctionReference("m")).isOpenAI)
    }
}
