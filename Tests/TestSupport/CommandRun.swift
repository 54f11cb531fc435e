public import Foundation

/// A command that ran to its end: what it printed and how it ended.
public struct CommandRun: Sendable {
    /// The exit status, or the number of the signal that ended it.
    public let status: CInt
    /// Standard output.
    public let output: Data
    /// Standard error where it was kept apart, else empty because it is part of ``output``.
    public let errors: Data

    /// Standard output as text, wrong UTF-8 repaired.
    public var text: String { String(decoding: output, as: UTF8.self) }

    /// Standard error as text.
    public var errorText: String { String(decoding: errors, as: UTF8.self) }

    /// Runs a command found on PATH (or given with a slash), waits for its end, reads all it prints.
    ///
    /// - Parameter mergingErrors: put standard error into the output, as a terminal would show it.
    /// - Throws: what `Process` throws when the command cannot be started.
    public init(_ command: [String], in folder: URL, mergingErrors: Bool = false) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        // A file, not a second pipe: nobody would read it while the first is being read.
        let errorFile = FileManager.default.temporaryDirectory.appending(
            path: "hearth-stderr-\(UInt64.random(in: 0...UInt64.max))")
        defer { try? FileManager.default.removeItem(at: errorFile) }
        if mergingErrors {
            process.standardError = output
        } else {
            try Data().write(to: errorFile)
            process.standardError = try FileHandle(forWritingTo: errorFile)
        }
        try process.run()
        self.output = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        status = process.terminationStatus
        errors = mergingErrors ? Data() : try Data(contentsOf: errorFile)
    }
}
