import Foundation
import TestSupport

/// Which system calls programs make, as `strace` saw them.
struct SystemCallTrace {
    private(set) var calls: Set<String> = []

    static var isPossible: Bool {
        (try? CommandRun(["strace", "-o", "/dev/null", "true"], in: repositoryRoot))?.status == 0
    }

    /// Runs a command to its end.
    ///
    /// - Returns: its exit status.
    @discardableResult
    mutating func run(_ command: String..., in folder: HostFolder) throws -> Int32 {
        let file = folder.path("trace-\(UInt64.random(in: 0 ... .max))")
        let run = try CommandRun(
            ["timeout", "60", "strace", "-f", "-o", file] + command, in: repositoryRoot, mergingErrors: true)
        read(file)
        if run.status != 0 { print(command.joined(separator: " ").prefix(60), run.text.suffix(600)) }
        return run.status
    }

    /// Takes the calls from a file that strace wrote, in which each line is a process number and a call, or its end.
    mutating func read(_ file: String) {
        for line in text(of: file).split(separator: "\n") {
            let rest = line.drop { $0.isNumber }.drop { $0 == " " }
            let call = rest.hasPrefix("<... ") ? rest.dropFirst(5) : rest
            let name = call.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if !name.isEmpty { calls.insert(String(name)) }
        }
        // A sandbox says that it does not know clone3, and the C library takes clone.
        if calls.contains("clone3") { calls.insert("clone") }
    }

    /// The words that start a program so that it keeps its process number and its calls are written to a file.
    static func words(file: String) -> [String] { ["/usr/bin/env", "strace", "-D", "-f", "-A", "-o", file] }
}
