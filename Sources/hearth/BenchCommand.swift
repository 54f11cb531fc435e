import ArgumentParser

/// `hearth bench`: measures the host that runs.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure a running host.", subcommands: [BenchColdCommand.self])
}
