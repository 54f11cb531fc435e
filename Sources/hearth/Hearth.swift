import ArgumentParser

/// The one command for people.
struct Hearth: AsyncParsableCommand {
    /// Shown by `--version` and by the host.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "hearth",
        abstract: "Hosts models as functions: idle they cost nothing, the first request starts them.",
        discussion: """
            Start a host with `hearth serve`, make a bundle with `hearth pack`, and deploy it with `hearth deploy`.

            Exit codes: 0 success, 1 the host refused or failed, 2 wrong usage, 3 not found, 4 no host reachable, \
            5 the input (bundle, model, manifest, request) is not usable.
            """,
        version: version,
        subcommands: [
            ServeCommand.self, PackCommand.self, DeployCommand.self, ListCommand.self, PsCommand.self,
            InvokeCommand.self, LogsCommand.self, StopCommand.self, RollbackCommand.self, RemoveCommand.self,
            BenchCommand.self, SystemdStarterCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            CommandFailure.exit(for: error, of: self)
        }
    }
}
