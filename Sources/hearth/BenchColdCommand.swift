import ArgumentParser
import FoundationEssentials
import FunctionTypes
import Gateway
import Kernels
import NIOHTTP1

/// `hearth bench cold`: what a call costs from zero, warm, and at the worker itself, interleaved in one run.
///
/// One round takes the function to zero, calls it once (cold), and then calls it several times by the host
/// (warm) and by the worker's own socket (direct) in turn. So each difference is taken between neighbours in
/// time, and a noisy machine disturbs both sides alike.
struct BenchColdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cold", abstract: "Measure cold and warm calls of a function, phase by phase.")

    @Argument(help: "The function's name.")
    var name: String

    @Option(help: "Rounds: cold calls.")
    var runs = 50

    @Option(help: "Warm and direct calls in each round.")
    var warm = 5

    @Option(help: "The text to embed.")
    var text = "The cat sits on the mat."

    @Option(name: .customLong("json"), help: "A file for every sample and the percentiles, as JSON.")
    var jsonPath: String?

    @Option(
        help:
            "The host's control socket (default: HEARTH_CONTROL, else control.sock in the default state folder)."
    )
    var control: String?

    func validate() throws {
        guard runs >= 1, warm >= 1 else { throw ValidationError("--runs and --warm are at least 1.") }
    }

    func run() async throws {
        let name = try FunctionName(self.name)
        let client = HostClient(control: control)
        let place = try await client.publicPlace()
        let body = Array("{\"inputs\":[\(JSONText.quoted(text))]}".utf8)
        var report = BenchReport(
            function: name.rawValue, runs: runs, instructionSet: InstructionSet.best.rawValue)
        var bar = ProgressBar("measuring")
        try await HTTPCaller.with(place) { caller in
            let route = "/v1/functions/\(name)/invocations"
            // The first answer of all pays for files that were never read; it is no part of any figure.
            _ = try await BenchSample.take(&caller, route, body)
            for round in 0..<runs {
                try await client.call(.POST, "functions/\(name)/stop")
                let cold = try await BenchSample.take(&caller, route, body)
                guard cold.start != "warm" else {
                    throw HearthError(
                        .conflict, "Somebody else calls '\(name)': a call right after `stop` found it warm.",
                        remedy: "Measure while nobody uses the function.")
                }
                report.add(cold, to: .cold)
                try await measureWarm(&caller, route, body, client, &report)
                bar.show(round + 1, of: runs)
            }
        }
        bar.finish()
        try await report.readMemory(client, name)
        print(report.text)
        if let jsonPath { try report.json.write(to: URL(filePath: jsonPath)) }
    }

    private func measureWarm(
        _ caller: inout HTTPCaller, _ route: String, _ body: [UInt8], _ client: HostClient,
        _ report: inout BenchReport
    ) async throws {
        let workers: WorkerList = try await client.call(.GET, "workers")
        guard let worker = workers.workers.last(where: { $0.function == name && $0.state == "ready" }) else {
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
