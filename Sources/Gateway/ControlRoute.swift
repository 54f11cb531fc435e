import FunctionTypes
import NIOHTTP1

/// What a request on the control socket asks for.
enum ControlRoute: Hashable {
    case host
    case workers
    case functions
    case deploy
    case missingBlobs
    case upload(Digest)
    case function(FunctionName)
    case remove(FunctionName)
    case stop(FunctionName)
    case rollback(FunctionName)
    case logs(FunctionName, follow: Bool, lines: Int)

    /// - Throws: ``HearthError``: `.routeUnknown`, `.methodNotAllowed`, or `.invalidRequest` for a name,
    ///   digest or query.
    init(method: HTTPMethod, uri: String) throws(HearthError) {
        let pieces = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = pieces[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(
            String.init)
        guard parts.count >= 3, parts[0] == "control", parts[1] == "v1" else { throw Self.unknown }
        let query = try Query(pieces.count > 1 ? String(pieces[1]) : "")
        self = try Self.find(method, Array(parts[2...]), query)
    }

    private static func find(
        _ method: HTTPMethod, _ parts: [String], _ query: Query
    ) throws(HearthError) -> ControlRoute {
        switch (method, parts.count) {
        case (.GET, 1) where parts[0] == "host": return .host
        case (.GET, 1) where parts[0] == "workers": return .workers
        case (.GET, 1) where parts[0] == "functions": return .functions
        case (.POST, 1) where parts[0] == "functions": return .deploy
        case (.POST, 2) where parts == ["blobs", "missing"]: return .missingBlobs
        case (.PUT, 2) where parts[0] == "blobs": return .upload(try Digest(parts[1]))
        case (.GET, 2) where parts[0] == "functions": return .function(try FunctionName(parts[1]))
        case (.DELETE, 2) where parts[0] == "functions": return .remove(try FunctionName(parts[1]))
        case (.POST, 3) where parts[0] == "functions" && parts[2] == "stop":
            return .stop(try FunctionName(parts[1]))
        case (.POST, 3) where parts[0] == "functions" && parts[2] == "rollback":
            return .rollback(try FunctionName(parts[1]))
        case (.GET, 3) where parts[0] == "functions" && parts[2] == "logs":
            return .logs(
                try FunctionName(parts[1]), follow: try query.flag("follow"),
                lines: try query.number("lines", in: 0...100_000) ?? 100)
        case _ where isServed(parts):
            throw HearthError(
                .methodNotAllowed, "The method \(method.rawValue.prefix(20)) is not for this route.",
                remedy: "Docs/HTTPAPI.md lists the routes and their methods.")
        default: throw unknown
        }
    }

    /// Whether some method is for this path.
    private static func isServed(_ parts: [String]) -> Bool {
        switch parts.count {
        case 1: ["host", "workers", "functions"].contains(parts[0])
        case 2: ["functions", "blobs"].contains(parts[0])
        case 3: parts[0] == "functions" && ["stop", "rollback", "logs"].contains(parts[2])
        default: false
        }
    }

    private static let unknown = HearthError(
        .routeUnknown, "There is no such control route.", remedy: "Docs/HTTPAPI.md lists the routes.")
}

/// The part of a URI after `?`, for the few values that need no escapes.
struct Query {
    private var values: [String: String] = [:]

    init(_ text: String) throws(HearthError) {
        for piece in text.split(separator: "&") {
            let pair = piece.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, values.updateValue(pair[1], forKey: pair[0]) == nil else {
                throw HearthError(
                    .invalidRequest,
                    "The query parameter '\(piece.prefix(80))' is not name=value, or is repeated.")
            }
        }
    }

    func flag(_ name: String) throws(HearthError) -> Bool {
        switch values[name] {
        case nil, "false": return false
        case "true": return true
        default:
            throw HearthError(.invalidRequest, "The query parameter '\(name)' is neither true nor false.")
        }
    }

    func number(_ name: String, in bounds: ClosedRange<Int>) throws(HearthError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), bounds.contains(number) else {
            throw HearthError(
                .invalidRequest,
                "The query parameter '\(name)' is no number from \(bounds.lowerBound) to \(bounds.upperBound)."
            )
        }
        return number
    }
}
