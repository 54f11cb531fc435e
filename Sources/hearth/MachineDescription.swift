import FoundationEssentials
import Glibc
import Kernels

/// What of a machine decides how fast it starts processes.
struct MachineDescription: Codable, Hashable, Sendable {
    /// The instruction set of the kernels.
    var instructionSet: String
    /// The kernel's release; empty where /proc is missing.
    var kernel: String
    /// What `systemctl` says; nil where nobody asked, or where it is missing.
    var systemd: String?

    /// This machine.
    static func here(withSystemd: Bool) -> MachineDescription {
        let release = FileManager.default.contents(atPath: "/proc/sys/kernel/osrelease") ?? Data()
        return MachineDescription(
            instructionSet: InstructionSet.best.rawValue,
            kernel: String(String(decoding: release, as: UTF8.self).prefix { !$0.isNewline }),
            systemd: withSystemd ? firstLine(of: "systemctl --version 2>/dev/null") : nil)
    }

    /// The first line that a shell command prints. The C function is `popen`.
    private static func firstLine(of command: String) -> String? {
        guard let stream = popen(command, "r") else { return nil }
        defer { pclose(stream) }
        var buffer = [CChar](repeating: 0, count: 256)
        guard fgets(&buffer, CInt(buffer.count), stream) != nil else { return nil }
        let bytes = buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One line for people.
    var text: String {
        (["kernels: \(instructionSet)", "Linux \(kernel)"] + (systemd.map { [$0] } ?? [])).joined(
            separator: ", ")
    }
}
