import Foundation
import TestSupport

/// What the machine's service manager says, by its own commands.
enum Systemctl {
    /// A command failed.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    @discardableResult
    static func run(_ command: String...) throws -> String {
        let run = try CommandRun(command, in: repositoryRoot, mergingErrors: true)
        guard run.status == 0 else { throw Failed(description: "\(command): \(run.text)") }
        return run.text
    }

    static func property(_ name: String, of unit: String) throws -> String {
        try run("systemctl", "show", "--value", "--property", name, unit).trimmingCharacters(in: .newlines)
    }

    /// The names of loaded units.
    static func units(_ pattern: String) throws -> [String] {
        try run("systemctl", "list-units", "--all", "--no-legend", "--plain", pattern).split(separator: "\n")
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// The service that a process belongs to.
    static func unit(ofProcess process: Int32?) -> String? {
        guard let process else { return nil }
        let groups = text(of: "/proc/\(process)/cgroup").split(separator: "\n")
        return groups.compactMap { $0.split(separator: "/").last.map(String.init) }.first {
            $0.hasSuffix(".service")
        }
    }

    /// Messages with these fields, oldest first.
    static func journal(_ fields: String...) throws -> [String] {
        let run = try CommandRun(["journalctl", "--quiet", "--output=cat"] + fields, in: repositoryRoot)
        return run.text.split(separator: "\n").map(String.init)
    }
}

/// The exposure of a unit as `systemd-analyze security` sees it, from 0 to 10.
struct SecurityScore {
    let value: Double

    init(ofUnit unit: String) throws {
        let text = try Systemctl.run("systemd-analyze", "security", "--no-pager", unit)
        let line = text.split(separator: "\n").last { $0.contains("Overall exposure level") } ?? ""
        let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
        guard let value = words.compactMap({ Double($0) }).last else {
            throw Systemctl.Failed(description: "no score of \(unit) in: \(text)")
        }
        self.value = value
    }
}

extension HostFolder {
    /// Writes the bundle of a program that is one file, and returns its folder.
    func writeProgram(
        _ name: String, _ program: String, command: String? = nil, lines: [String] = []
    ) throws -> String {
        let manifest =
            ["name: \(name)", "runtime: exec", "files: [\(name)]", "command: \(command ?? "[./\(name)]")"]
            + lines
        try write((manifest.joined(separator: "\n") + "\n").utf8, to: "bundles/\(name)/function.yaml")
        let file = path("bundles/\(name)/\(name)")
        try? FileManager.default.removeItem(atPath: file)
        try FileManager.default.copyItem(atPath: program, toPath: file)
        return path("bundles/\(name)")
    }
}
