import ArgumentParser
import FoundationEssentials
import FunctionTypes
import Kernels

/// `hearth bench cold`: what a call costs from zero, warm, and at the worker itself, interleaved in one run; on
/// the host that runs, or side by side on hosts that start workers in different ways.
struct BenchColdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cold", abstract: "Measure cold and warm calls of a function, phase by phase.")

    @Argument(help: "The function's name; with --activation a bundle: its folder, or a .gguf file.")
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
        help: ArgumentHelp(
            "Compare ways of starting workers, separated by commas: \(ActivationList.names).",
            discussion: """
                Starts a host of its own for each, with state in a temporary folder, deploys the bundle to all, measures \
                them in turn round by round, and ends them. systemd takes root and a machine that runs it.
                """, valueName: "list"),
        transform: ActivationList.init(argument:))
    var activation: ActivationList?

    @Option(
        help:
            "The host's control socket (default: HEARTH_CONTROL, else control.sock in the default state folder)."
    )
    var control: String?

    func validate() throws {
        guard runs >= 1, warm >= 1 else { throw ValidationError("--runs and --warm are at least 1.") }
        guard activation == nil || control == nil else {
            throw ValidationError("--activation starts hosts of its own; leave --control out.")
        }
    }

    func run() async throws {
        if let activation {
            let comparison = try ActivationComparison(bundle: name, runs: runs, warm: warm, text: text)
            let report = try await comparison.run(activation.kinds)
            print(report.text)
            if let jsonPath { try report.json.write(to: URL(filePath: jsonPath)) }
        } else {
            let report = try await measureRunningHost()
            print(report.text)
            if let jsonPath { try report.json.write(to: URL(filePath: jsonPath)) }
        }
    }

    private func measureRunningHost() async throws -> BenchReport {
        let name = try FunctionName(self.name)
        let client = HostClient(control: control)
        let round = ColdRound(name: name, client: client, text: text, warm: warm)
        var report = BenchReport(
            function: name.rawValue, runs: runs, instructionSet: InstructionSet.best.rawValue)
        var bar = ProgressBar("measuring")
        try await HTTPCaller.with(try await client.publicPlace()) { caller in
            try await round.prepare(&caller)
            for done in 1...runs {
                try await round.measure(&caller, &report)
                bar.show(done, of: runs)
            }
        }
        bar.finish()
        try await report.readMemory(client, name)
        return report
    }
}
