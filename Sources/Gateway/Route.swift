import FunctionTypes
import NIOHTTP1

/// What a request on the public listener asks for, by its method and path alone.
enum Route: Hashable {
    /// The host answers: the process runs.
    case health
    /// The host answers: requests are admitted.
    case readiness
    /// The functions, as OpenAI's clients list models.
    case models
    case model(String)
    /// The native call, passed to the worker as `POST /invocations`.
    case invocation(FunctionReference)
    /// Any request for a function's own routes, passed to the worker with the path and query that follow its name.
    case passage(FunctionReference, String)
    /// Passed on as it is to the function that the body's field `model` names.
    case embeddings

    /// Whether errors have OpenAI's shape.
    var isOpenAI: Bool {
        switch self {
        case .models, .model, .embeddings: true
        case .health, .readiness, .invocation, .passage: false
        }
    }

    /// The function, where the path alone names it.
    var function: FunctionReference? {
        switch self {
        case .invocation(let reference), .passage(let reference, _): reference
        case .health, .readiness, .models, .model, .embeddings: nil
        }
    }

    /// - Parameter uri: the request target, query included.
    /// - Throws: ``HearthError``: `.routeUnknown`, `.methodNotAllowed`, `.forbidden`, or `.invalidRequest`
    ///   where the name of
    ///   a function breaks the rule for names.
    init(method: HTTPMethod, uri: String) throws(HearthError) {
        let path = uri.prefix { $0 != "?" && $0 != "#" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        if let passage = try Self.passage(parts, query: uri[path.endIndex...]) {
            self = passage
            return
        }
        let (route, methods) = try Self.find(parts)
        guard methods.contains(method) else {
            throw HearthError(
                .methodNotAllowed, "The method \(method.rawValue.prefix(20)) is not for this route.",
                remedy: "Use \(methods.map(\.rawValue).joined(separator: " or ")).")
        }
        self = route
    }

    /// `/functions/{name}/…`, whatever the method.
    private static func passage(_ parts: [String], query: Substring) throws(HearthError) -> Route? {
        guard parts.count >= 3, parts[0] == "functions" else { return nil }
        let rest = parts.dropFirst(2).map { "/" + $0 }.joined()
        return .passage(try FunctionReference(parts[1]), rest + query)
    }

    private static func find(_ parts: [String]) throws(HearthError) -> (Route, [HTTPMethod]) {
        switch parts {
        case ["healthz"]: return (.health, [.GET, .HEAD])
        case ["readyz"]: return (.readiness, [.GET, .HEAD])
        case ["v1", "models"]: return (.models, [.GET, .HEAD])
        case ["v1", "embeddings"]: return (.embeddings, [.POST])
        case _ where parts.count == 3 && parts[0] == "v1" && parts[1] == "models":
            return (.model(parts[2]), [.GET, .HEAD])
        case _
        where parts.count == 4 && parts[0] == "v1" && parts[1] == "functions" && parts[3] == "invocations":
            return (.invocation(try FunctionReference(parts[2])), [.POST])
        case _ where parts.first == "control":
            throw HearthError(
                .forbidden, "The control API is not served on this listener.",
                remedy: "Use the host's control socket, as the hearth command does.")
        default:
            throw HearthError(
                .routeUnknown, "There is no such route.",
                remedy:
                    "Call POST /v1/functions/{name}/invocations, /functions/{name}/…, POST /v1/embeddings or GET /v1/models."
            )
        }
    }
}
