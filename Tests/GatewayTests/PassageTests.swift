import FunctionTypes
import NIOHTTP1
import Testing

@testable import Gateway

/// Routes of a function's own, and whose function a request is for.
struct PassageTests {
    private let methods: [HTTPMethod] = [
        .GET, .POST, .PUT, .DELETE, .PATCH, .HEAD, .OPTIONS, .RAW(value: "BREW"),
    ]

    @Test(
        "what follows the name is passed on as it is",
        arguments: [
            ("/functions/f/", "f", "/"), ("/functions/f/x", "f", "/x"),
            ("/functions/f/v1/chat/completions", "f", "/v1/chat/completions"),
            ("/functions/f/x/", "f", "/x/"), ("/functions/f//x", "f", "//x"),
            ("/functions/f/x?a=/b&c=%2F", "f", "/x?a=/b&c=%2F"), ("/functions/f/?q", "f", "/?q"),
            ("/functions/f/%2e%2e/x", "f", "/%2e%2e/x"), ("/functions/f/../g/x", "f", "/../g/x"),
            ("/functions/f@canary/x", "f@canary", "/x"),
            ("/functions/f/functions/g/x", "f", "/functions/g/x"),
        ])
    func passages(uri: String, name: String, rest: String) throws {
        let reference = try FunctionReference(name)
        for method in methods {
            #expect(try Route(method: method, uri: uri) == .passage(reference, rest))
        }
    }

    @Test(arguments: ["/functions", "/functions/", "/functions/f", "/functions/f?x=/y", "/function/f/x"])
    func withoutARouteOfItsOwnThereIsNone(uri: String) {
        for method in methods {
            let error = #expect(throws: HearthError.self) { try Route(method: method, uri: uri) }
            #expect(error?.code == .routeUnknown, "\(uri)")
        }
    }

    @Test(arguments: ["", "..", "A", "a b", "a%2fb", "@x", "f@", String(repeating: "x", count: 64)])
    func aNameThatIsNoNameIsABadRequest(name: String) {
        let error = #expect(throws: HearthError.self) {
            try Route(method: .GET, uri: "/functions/\(name)/x")
        }
        #expect(error?.code == .invalidRequest)
    }

    @Test func theFunctionIsKnownByThePathAlone() throws {
        let reference = try FunctionReference("f@live")
        #expect(try Route(method: .GET, uri: "/functions/f@live/x").function == reference)
        #expect(try Route(method: .POST, uri: "/v1/functions/f@live/invocations").function == reference)
        for route in [Route.health, .readiness, .models, .model("m"), .embeddings] {
            #expect(route.function == nil)
        }
        #expect(!Route.passage(reference, "/x").isOpenAI, "a function's own routes have its own errors")
    }

    private func head(_ tenants: [String]) -> HTTPRequestHead {
        HTTPRequestHead(
            version: .http1_1, method: .POST, uri: "/functions/f/x",
            headers: HTTPHeaders([("host", "h")] + tenants.map { ("Hearth-Tenant", $0) }))
    }

    @Test func theTenantIsTheHeadersOrTheFirst() throws {
        #expect(try RequestRules.tenant(head([])) == .default)
        #expect(try RequestRules.tenant(head(["acme"])) == TenantID("acme"))
        try RequestRules.check(head(["acme"]))
    }

    @Test(arguments: ["", "Acme", "a b", "../x", "a/b", "acme,other", String(repeating: "x", count: 64)])
    func aTenantThatIsNoNameIsABadRequest(name: String) {
        let error = #expect(throws: HearthError.self) { try RequestRules.tenant(head([name])) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func twoTenantsAreNone() {
        for tenants in [["a", "b"], ["a", "a"]] {
            let error = #expect(throws: HearthError.self) { try RequestRules.check(head(tenants)) }
            #expect(error?.message.contains("'hearth-tenant'") == true)
        }
    }
}
