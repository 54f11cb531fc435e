import FunctionTypes
import Gateway
import NIOHTTP1

/// One round of measuring a function: to zero, one cold call, and then warm and direct calls in turn.
///
/// So each difference is taken between neighbours in time, and a noisy machine disturbs both sides alike.
struct ColdRound: Sendable {
    /// The function.
    let name: FunctionName
    /// The control API of its host.
    let client: HostClient
    /// The request.
    let body: [UInt8]
    /// How many warm and how many direct calls follow the cold one.
    let warm: Int

    /// - Parameter text: what is embedded.
    init(name: FunctionName, client: HostClient, text: String, warm: Int) {
        self.name = name
        self.client = client
        self.warm = warm
        body = Array("{\"inputs\":[\(JSONText.quoted(text))]}".utf8)
    }

    private var route: String { "/v1/functions/\(name)/invocations" }

    /// The first answer of all pays for files that were never read; it is no part of any figure.
    func prepare(_ caller: inout HTTPCaller) async throws {
        _ = try await BenchSample.take(&caller, route, body)
    }

    /// Measures once, by a connection to the host that has carried a request already.
    func measure(_ caller: inout HTTPCaller, _ report: inout BenchReport) async throws {
        try await client.call(.POST, "functions/\(name)/stop")
        let cold = try await BenchSample.take(&caller, route, body)
        guard cold.start != "warm" else {
            throw HearthError(
                .conflict, "Somebody else calls '\(name)': a call right after `stop` found it warm.",
                remedy: "Measure while nobody uses the function.")
        }
        report.add(cold, to: .cold)
        try await measureWarm(&caller, &report)
    }

    private func measureWarm(_ caller: inout HTTPCaller, _ report: inout BenchReport) async throws {
        let workers: WorkerList = try await client.call(.GET, "workers")
        guard
            let worker = workers.workers.last(where: { $0.function == name.rawValue && $0.state == "ready" })
        else {
            throw HearthError(.conflict, "The worker of '\(name)' is gone although it was just called.")
        }
        var warm: [BenchSample] = []
        var direct: [BenchSample] = []
        try await HTTPCaller.with(.unixSocket(worker.socket)) { worker in
            _ = try await BenchSample.take(&worker, "/invocations", body)
            for _ in 0..<self.warm {
                direct.append(try await BenchSample.take(&worker, "/invocations", body))
                warm.append(try await BenchSample.take(&caller, route, body))
            }
        }
        for sample in warm { report.add(sample, to: .warm) }
        for sample in direct { report.add(sample, to: .direct) }
    }
}
