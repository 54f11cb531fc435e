import ArgumentParser

/// `hearth bench`: measures the host that runs, or hosts of its own.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure a host.",
        subcommands: [BenchColdCommand.self, BenchBesideCommand.self])
}
