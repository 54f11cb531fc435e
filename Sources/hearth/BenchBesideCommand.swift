import ArgumentParser
import FoundationEssentials
import FunctionTypes
import Gateway
import NIOHTTP1

/// `hearth bench beside`: what a function's warm calls cost while its neighbour misbehaves, against what they cost while
/// the neighbour is still.
///
/// A round takes calls in quiet, then has the neighbour begin, waits until that shows, takes as many calls again, and stops
/// the neighbour. So each ratio is taken between neighbours in time.
struct BenchBesideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "beside",
        abstract: "Measure a function's calls beside a neighbour that uses all it can get.")

    @Argument(help: "The function that is measured.")
    var name: String

    @Option(help: "The function that is its neighbour.")
    var neighbour: String

    @Option(help: "Whose function the neighbour is.")
    var neighbourTenant = "default"

    @Option(help: "The request that makes the neighbour misbehave.")
    var body: String

    @Option(help: "Rounds.")
    var rounds = 5

    @Option(help: "Calls in quiet, and as many beside the neighbour, in each round.")
    var calls = 500

    @Option(help: "Milliseconds from the neighbour's request to the first call that counts.")
    var settle = 2000

    @Option(help: "The text to embed.")
    var text = "The cat sits on the mat."

    @Option(
        help:
            "The host's control socket (default: HEARTH_CONTROL, else control.sock in the default state folder)."
    )
    var control: String?

    func validate() throws {
        guard rounds >= 1, calls >= 1, settle >= 0 else {
            throw ValidationError("--rounds and --calls are at least 1, --settle is at least 0.")
        }
    }

    func run() async throws {
        let name = try FunctionName(self.name)
        let neighbour = try FunctionName(self.neighbour)
        let client = HostClient(control: control)
        let neighbourClient = HostClient(control: control, tenant: neighbourTenant)
        let place = try await client.publicPlace()
        let request = Array("{\"inputs\":[\(JSONText.quoted(text))]}".utf8)
        var quiet: [Percentiles] = []
        var beside: [Percentiles] = []
        var bar = ProgressBar("measuring")
        for round in 0..<rounds {
            try await neighbourClient.call(.POST, "functions/\(neighbour)/stop")
            quiet.append(try await measure(name, request, place))
            let provocation = Task { try await provoke(neighbour, place, neighbourClient) }
            try await Task.sleep(for: .milliseconds(settle))
            beside.append(try await measure(name, request, place))
            try await neighbourClient.call(.POST, "functions/\(neighbour)/stop")
            provocation.cancel()
            bar.show(round + 1, of: rounds)
        }
        bar.finish()
        print(text(quiet, beside))
    }

    private func measure(
        _ name: FunctionName, _ request: [UInt8], _ place: HTTPCaller.Place
    ) async throws -> Percentiles {
        let route = "/v1/functions/\(name)/invocations"
        return try await HTTPCaller.with(place) { caller in
            _ = try await BenchSample.take(&caller, route, request)
            var totals: [Double] = []
            for _ in 0..<calls { totals.append(try await BenchSample.take(&caller, route, request).total) }
            return Percentiles(totals)
        }
    }

    /// The neighbour's answer is of no interest: it may never come.
    private func provoke(
        _ neighbour: FunctionName, _ place: HTTPCaller.Place, _ client: HostClient
    ) async throws {
        _ = try await HTTPCaller.with(place) { caller in
            try await caller.call(
                .POST, "/v1/functions/\(neighbour)/invocations",
                headers: client.headers + [("content-type", "text/plain")], body: Array(body.utf8))
        }
    }

    private func text(_ quiet: [Percentiles], _ beside: [Percentiles]) -> String {
        var table = TextTable(["milliseconds", "p50", "p90", "p99"])
        for (name, rounds) in [("in quiet", quiet), ("beside", beside)] {
            table.add([name] + Self.figures.map { Self.shown(Percentiles(rounds.map($0)).median) })
        }
        let ratios = Self.figures.map { figure in
            Percentiles(zip(beside, quiet).map { figure($0) / Swift.max(figure($1), 0.001) })
        }
        table.add(["ratio, median of the rounds"] + ratios.map { Self.shown($0.median) })
        table.add(
            ["ratio, least and largest"] + ratios.map { "\(Self.shown($0.min)) to \(Self.shown($0.max))" })
        return
            "\(name), \(rounds) rounds of \(calls) calls, beside '\(neighbour)' with '\(body.prefix(60))'\n\(table.text)"
    }

    private static var figures: [(Percentiles) -> Double] { [{ $0.median }, { $0.p90 }, { $0.p99 }] }

    private static func shown(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
