import Foundation
import TestSupport

/// A copy of the fake worker with a plan of its own; see FakePlan.
struct FakeProgram {
    let path: String

    init(in folder: HostFolder, plan: String = "") throws {
        path = folder.path("worker")
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: builtProduct("FakeWorker").path)
        try follow(plan)
    }

    /// What workers that start from now on do.
    func follow(_ plan: String) throws { try Data(plan.utf8).write(to: URL(filePath: "\(path).plan")) }

    /// Processes that were started to serve so far.
    var starts: [Int32] {
        text(of: "\(path).starts").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.first == "serve" ? Int32(words[1]) : nil
        }
    }
}

/// What the fake worker answers.
struct FakeAnswer: Decodable {
    var pid: Int32
    var bytes: Int
}

extension RunningHost {
    /// A host whose workers are fake ones, with one function, `fake`.
    static func withFakeWorker(
        _ plan: String = "", manifest lines: [String] = []
    ) async throws -> (host: RunningHost, program: FakeProgram) {
        let folder = try HostFolder()
        let program = try FakeProgram(in: folder, plan: "")
        let host = try await RunningHost(in: folder, worker: program.path)
        try await host.deploy(folder.writeBundle("fake", model: Array("no model".utf8), manifest: lines))
        try program.follow(plan)
        return (host, program)
    }
}
