import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// The Python functions of Functions/, made by their own scripts, against what they are known to answer.
    @Suite(
        "Shipped programs",
        .enabled(
            if: PythonEnvironment.folder != nil, "run `Functions/python/fetch.sh .build-python/venv` first"),
        .enabled(if: PythonEnvironment.canBeShown, "systemd hides the folder that the repository is in"))
    struct ShippedProgramTests {
        private struct Digits: Decodable {
            struct Digit: Decodable { var label: Int }
            var outputs: [Digit]
        }

        private func deploy(_ name: String) async throws -> RunningHost {
            let environment = try #require(PythonEnvironment.folder)
            let folder = try HostFolder()
            let bundle = folder.path("bundles/\(name)")
            let script = repositoryRoot.appending(path: "Functions/python/build.sh").path
            let run = try CommandRun(
                [script, name, environment, bundle], in: repositoryRoot, mergingErrors: true)
            #expect(run.status == 0, "\(run.text)")
            let host = try await RunningHost(in: folder, arguments: ["--directory", environment])
            try await host.deploy(bundle)
            return host
        }

        private func text(_ path: String) throws -> String {
            try String(contentsOf: repositoryRoot.appending(path: "Functions/\(path)"), encoding: .utf8)
        }

        @Test func digitsAreToldRight() async throws {
            let host = try await deploy("digits")
            let reply = try await host.call(.invoke("digits", text("digits/samples/batch.json")))
            #expect(reply.status == 200, "\(reply)")
            let expected = try JSONDecoder().decode(
                Digits.self, from: Data(text("digits/expected.json").utf8))
            let labels = try reply.decoded(Digits.self).outputs.map(\.label)
            #expect(labels == expected.outputs.map(\.label) && labels.count >= 5)
            let wrong = try await host.call(.invoke("digits", #"{"inputs": [[1, 2, 3]]}"#))
            #expect(wrong.status == 400 && wrong.text.contains("64"), "\(wrong)")
        }

        @Test func aTextIsMeasuredAndTheAppHasRoutesOfItsOwn() async throws {
            let host = try await deploy("textstats")
            let reply = try await host.call(.invoke("textstats", #"{"inputs": "one two two."}"#))
            #expect(reply.status == 200 && reply.text.contains(#""words":3"#), "\(reply)")
            #expect(try await host.call(.get("/functions/textstats/about")).status == 200)
            #expect(try await host.call(.invoke("textstats", #"{"inputs": 5}"#)).status == 422)
            try await host.succeed("stop", "textstats")
            try await host.awaitNoWorkers()
        }
    }
}

/// The Python packages that the functions share.
enum PythonEnvironment {
    static let folder: String? = {
        let folder = repositoryRoot.appending(path: ".build-python/venv").path
        return FileManager.default.fileExists(atPath: "\(folder)/installed.txt") ? folder : nil
    }()

    /// systemd hides the folders of people from workers, and nothing in a temporary one can be shown by it.
    static let canBeShown =
        RunningHost.activation != "systemd"
        || !["root", "home", "tmp", "var"].contains(repositoryRoot.pathComponents.dropFirst().first ?? "")
}
