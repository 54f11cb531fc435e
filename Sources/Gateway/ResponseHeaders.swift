import FunctionTypes
import Host
import NIOHTTP1
import Scheduling

/// The head of a worker's answer as the client gets it.
enum ResponseHeaders {
    /// Adds what the host knows: request id, start kind, revision and the phases of the request's time.
    static func head(from worker: HTTPResponseHead, _ exchange: Exchange) -> HTTPResponseHead {
        var headers = worker.headers
        for name in HopByHop.names(in: worker.headers) { headers.remove(name: name) }
        let phases = [serverTiming(exchange)] + headers["server-timing"]
        headers.replaceOrAdd(
            name: "server-timing", value: phases.filter { !$0.isEmpty }.joined(separator: ", "))
        headers.replaceOrAdd(name: "x-request-id", value: exchange.id)
        if let dispatch = exchange.dispatch {
            headers.replaceOrAdd(name: "hearth-start", value: dispatch.startKind.rawValue)
        }
        if let revision = exchange.function?.revision {
            headers.replaceOrAdd(name: "hearth-revision", value: revision.description)
        }
        return HTTPResponseHead(version: .http1_1, status: worker.status, headers: headers)
    }

    /// Route, queue, activate and load in milliseconds; the worker adds its own phases.
    static func serverTiming(_ exchange: Exchange) -> String {
        var phases: [(String, Duration)] = []
        if let routedAt = exchange.routedAt { phases.append(("route", routedAt - exchange.receivedAt)) }
        if let dispatch = exchange.dispatch {
            phases.append(("queue", dispatch.queue))
            phases.append(("activate", dispatch.activate))
            phases.append(("load", dispatch.load))
        }
        return phases.map { "\($0.0);dur=\(milliseconds($0.1))" }.joined(separator: ", ")
    }

    /// With three digits after the point.
    static func milliseconds(_ duration: Duration) -> String {
        let microseconds = max(
            0, duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000)
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}
