import FunctionTypes
import NIOHTTP1

/// One call, measured by the caller's clock, with the phases that the answer told.
struct BenchSample: Codable, Sendable {
    /// From the first byte sent to the last byte received, in milliseconds.
    var total: Double
    /// By the names in `server-timing`, in milliseconds.
    var phases: [String: Double]
    /// `hearth-start`; nil at the worker's own socket.
    var start: String?

    static func take(_ caller: inout HTTPCaller, _ route: String, _ body: [UInt8]) async throws -> BenchSample
    {
        let began = ContinuousClock.now
        let answer = try await caller.call(
            .POST, route, headers: [("content-type", "application/json")], body: body)
        let took = ContinuousClock.now - began
        try HostClient.check(answer)
        return BenchSample(
            total: took / .milliseconds(1), phases: phases(answer.head.headers["server-timing"]),
            start: answer.head.headers.first(name: "hearth-start"))
    }

    /// Reads `name;dur=1.5, name;dur=2`.
    private static func phases(_ values: [String]) -> [String: Double] {
        var phases: [String: Double] = [:]
        for entry in values.flatMap({ $0.split(separator: ",") }) {
            let parts = entry.split(separator: ";")
            guard parts.count == 2, parts[1].hasPrefix("dur="), let duration = Double(parts[1].dropFirst(4))
            else { continue }
            phases[parts[0].filter { $0 != " " }] = duration
        }
        return phases
    }
}
