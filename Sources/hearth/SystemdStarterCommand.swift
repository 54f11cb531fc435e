import Activation
import ArgumentParser
import LinuxSystem

/// The process that has systemd start workers, for the host at the other end of descriptor 3.
struct SystemdStarterCommand: ParsableCommand {
    static let name = "systemd-starter"

    static let configuration = CommandConfiguration(
        commandName: name, abstract: "Have systemd start workers; started by `hearth serve` alone.",
        shouldDisplay: false)

    func run() throws {
        try SystemdStarter(host: MessageSocket(owning: FileDescriptor(owning: 3))).run()
    }
}
