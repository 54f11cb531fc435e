import Activation
import Foundation
import Glibc
import Sandbox
import TestSupport
import Testing

/// A shell in a real sandbox: what it sees, it says.
enum SandboxedShell {
    /// Whether this machine lets the user of the tests make sandboxes, tried with the namespaces alone.
    static let isPossible: Bool = {
        let command = ["unshare", geteuid() == 0 ? "-mpn" : "-Urmpn", "--fork", "true"]
        let run = try? CommandRun(command, in: FileManager.default.temporaryDirectory, mergingErrors: true)
        return run?.status == 0
    }()

    /// For programs that listen on a port.
    static let python = "/usr/bin/python3"

    static let whyNot: Comment = "this machine lets this user make no namespaces, so there are no sandboxes"
}

extension Stage {
    /// Where sandboxes are made; their programs may be shown this machine's own.
    static func sandboxed() throws -> Stage { try Stage(.direct, allowed: ["/usr"]) }

    /// Starts a shell in a sandbox with its commands.
    func startShell(_ id: UInt64, _ commands: String, tenant: String = "default") {
        start(id, command: ["/bin/sh", "-c", commands], tenant: tenant)
    }

    /// Starts a command in a sandbox that shows the programs of this machine.
    func start(
        _ id: UInt64, command: [String], port: Int? = nil, tenant: String = "default", code: String? = nil,
        directories: [String] = ["/usr"], threads: Int = 1
    ) {
        start(
            id,
            SandboxPlan(
                tenant: tenant, program: .exec(command: command, port: port), code: code ?? folder.path,
                directories: directories, memory: 256 << 20, threads: threads))
    }

    /// What a shell prints until its end.
    func output(_ commands: String) -> [String] {
        startShell(1, commands)
        return printed(1, in: events(untilEndOf: 1))
    }

    /// The lines of one worker.
    func printed(_ id: UInt64, in events: [String]) -> [String] {
        let words = "\(id) prints "
        return events.filter { $0.hasPrefix(words) }.map { String($0.dropFirst(words.count)) }
    }
}
