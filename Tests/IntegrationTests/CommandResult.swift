import Foundation
import TestSupport

/// A run of `hearth` that has ended.
struct CommandResult: Sendable, CustomStringConvertible {
    var ending: Ending
    var output: String
    var errors: String

    /// The exit status; nil where a signal ended it.
    var status: Int32? { if case .exited(let status) = ending { status } else { nil } }

    var description: String { "\(ending)\nstdout: \(output.prefix(1000))\nstderr: \(errors.prefix(2000))" }

    func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(output.utf8))
    }
}

/// Runs `hearth` to its end.
///
/// - Throws: ``TookTooLong``.
func hearth(
    _ arguments: [String], environment: [String: String] = SpawnedProcess.inheritedEnvironment,
    within limit: Duration = .seconds(120)
) async throws -> CommandResult {
    let folder = try TemporaryFolder()
    let process = try SpawnedProcess(
        [try builtProgram("hearth")] + arguments, in: folder, environment: environment,
        output: folder.path("output"),
        errors: folder.path("errors"))
    let ending = try await process.end(within: limit)
    return CommandResult(
        ending: ending, output: text(of: folder.path("output")), errors: text(of: folder.path("errors")))
}

/// The text of a file, wrong UTF-8 repaired; empty where there is none.
func text(of path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
}

/// A command that should have succeeded did not.
struct CommandFailed: Error, CustomStringConvertible {
    let command: [String]
    let result: CommandResult

    var description: String { "`hearth \(command.joined(separator: " "))` gave \(result)" }
}

/// The path of a program of this package.
func builtProgram(_ name: String) throws -> String { try builtProduct(name).path }
