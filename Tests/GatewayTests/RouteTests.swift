import FunctionTypes
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Routes")
struct RouteTests {
    @Test(
        "a method and a path are one route",
        arguments: [
            (HTTPMethod.GET, "/healthz", Route.health), (.HEAD, "/healthz?x=1", .health),
            (.GET, "/readyz", .readiness), (.GET, "/v1/models", .models),
            (.GET, "/v1/models/minilm", .model("minilm")),
            (.POST, "/v1/embeddings", .embeddings), (.POST, "/v1/embeddings?api-version=2", .embeddings),
        ])
    func route(method: HTTPMethod, uri: String, expected: Route) throws {
        #expect(try Route(method: method, uri: uri) == expected)
    }

    @Test("an invocation names a function, an alias or a revision")
    func invocation() throws {
        for name in ["minilm", "minilm@live", "a.b-c_1@0123abcd"] {
            let route = try Route(method: .POST, uri: "/v1/functions/\(name)/invocations")
            #expect(route == .invocation(try FunctionReference(name)))
        }
    }

    @Test(
        "what is no route is an error with a code",
        arguments: [
            (HTTPMethod.GET, "/", HearthError.Code.routeUnknown), (.GET, "/v1", .routeUnknown),
            (.GET, "/healthz/", .routeUnknown), (.POST, "/v1/functions/minilm", .routeUnknown),
            (.POST, "/v1/functions/a/b/invocations", .routeUnknown),
            (.POST, "/v1/functions/..%2f..%2fetc/invocations", .invalidRequest),
            (.POST, "/v1/functions/../invocations", .invalidRequest),
            (.POST, "/v1/functions//invocations", .invalidRequest),
            (.POST, "/v1/functions/MiniLM/invocations", .invalidRequest),
            (.POST, "/v1/functions/\(String(repeating: "a", count: 64))/invocations", .invalidRequest),
            (.POST, "/healthz", .methodNotAllowed), (.GET, "/v1/embeddings", .methodNotAllowed),
            (.DELETE, "/v1/models", .methodNotAllowed),
            (.GET, "/v1/functions/minilm/invocations", .methodNotAllowed),
            (.GET, "/control/v1/functions", .forbidden), (.POST, "/control", .forbidden),
        ])
    func refusal(method: HTTPMethod, uri: String, code: HearthError.Code) {
        let error = #expect(throws: HearthError.self) { try Route(method: method, uri: uri) }
        #expect(error?.code == code)
    }

    @Test("errors on OpenAI's routes have OpenAI's shape, others have ours")
    func shape() throws {
        #expect(Route.embeddings.isOpenAI && Route.models.isOpenAI && Route.model("a").isOpenAI)
        let invocation = Route.invocation(try FunctionReference("a"))
        #expect(!Route.health.isOpenAI && !invocation.isOpenAI)
    }
}
