import Activation
import Bundles
import FunctionTypes
import Kernels
import NIOHTTP1

/// Measures the same function on hosts that start workers in different ways.
///
/// The hosts take turns round by round, and each round begins with another of them, so that whatever else the
/// machine does meets them all alike.
struct ActivationComparison: Sendable {
    /// The function.
    let bundle: BundleFolder
    /// Rounds on each host.
    let runs: Int
    /// Warm and direct calls in each round.
    let warm: Int
    /// What is embedded.
    let text: String

    /// - Parameter path: a bundle's folder, or a .gguf file.
    init(bundle path: String, runs: Int, warm: Int, text: String) throws {
        bundle =
            path.hasSuffix(".gguf")
            ? try BundleFolder(
                ggufFile: path,
                name: (try? FunctionName(BundleFolder.baseName(ofGGUFFile: path))) ?? FunctionName("model"))
            : try BundleFolder(path: path)
        self.runs = runs
        self.warm = warm
        self.text = text
    }

    /// One host of the comparison.
    private struct Side {
        var host: OwnHost
        var place: HTTPCaller.Place
        var round: ColdRound
        var report: BenchReport
    }

    /// Starts a host for each kind, measures, and ends them.
    func run(_ kinds: [ActivationKind]) async throws -> ComparisonReport {
        let deployment = try BundleDeployment(bundle)
        return try await OwnHosts.with(kinds) { hosts in try await measure(hosts, deployment) }
    }

    private func measure(_ hosts: [OwnHost], _ deployment: BundleDeployment) async throws -> ComparisonReport
    {
        var sides: [Side] = []
        for host in hosts { sides.append(try await host.called { try await side(host, deployment) }) }
        var bar = ProgressBar("measuring")
        for round in 0..<runs {
            for turn in sides.indices {
                let index = (round + turn) % sides.count
                try await sides[index].host.called { try await measure(&sides[index]) }
            }
            bar.show(round + 1, of: runs)
        }
        bar.finish()
        for index in sides.indices {
            try await sides[index].report.readMemory(sides[index].host.client, bundle.manifest.name)
        }
        return ComparisonReport(
            runs: runs, machine: .here(withSystemd: hosts.contains { $0.kind == .systemd }),
            columns: sides.map { ComparisonReport.Column(kind: $0.host.kind, report: $0.report) })
    }

    private func side(_ host: OwnHost, _ deployment: BundleDeployment) async throws -> Side {
        let name = bundle.manifest.name
        _ = try await deployment.send(to: host.client)
        let side = Side(
            host: host, place: try await host.client.publicPlace(),
            round: ColdRound(name: name, client: host.client, text: text, warm: warm),
            report: BenchReport(
                function: name.rawValue, runs: runs, instructionSet: InstructionSet.best.rawValue))
        try await HTTPCaller.with(side.place) { try await side.round.prepare(&$0) }
        return side
    }

    private func measure(_ side: inout Side) async throws {
        var report = side.report
        let round = side.round
        try await HTTPCaller.with(side.place) { caller in
            // What a connection costs the host is no part of any figure.
            try HostClient.check(await caller.call(.GET, "/healthz"))
            try await round.measure(&caller, &report)
        }
        side.report = report
    }
}
