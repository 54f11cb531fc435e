import ArgumentParser
import FoundationEssentials

/// What every command that talks to a host takes.
struct ClientOptions: ParsableArguments {
    @Option(
        help:
            "The host's control socket (default: HEARTH_CONTROL, else control.sock in the default state folder)."
    )
    var control: String?

    @Option(help: "Whose functions are meant (default: default).")
    var tenant: String?

    @Flag(help: "Print JSON.")
    var json = false

    var client: HostClient { HostClient(control: control, tenant: tenant) }

    /// Prints a value as JSON with sorted keys, one line.
    func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
