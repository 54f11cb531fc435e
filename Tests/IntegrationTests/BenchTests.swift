import Foundation
import Testing

extension IntegrationTests {
    /// `hearth bench cold --activation`: hosts of its own, which leave nothing behind.
    @Suite("Bench") struct BenchTests {
        @Test func waysOfStartingWorkersAreMeasuredSideBySide() async throws {
            let place = try HostFolder()
            let bundle = try place.writeBundle("tiny", model: TinyModel(seed: 1).bytes)
            let file = place.path("cold.json")
            let result = try await hearth(
                bench(bundle, "direct,unsandboxed") + ["--runs", "2", "--warm", "3", "--json", file],
                environment: try environment(place))
            #expect(result.status == 0, "\(result)")
            for word in ["tiny, 2 rounds", "direct p50", "unsandboxed p50", "direct - unsandboxed, activate"]
            {
                #expect(result.output.contains(word), "\(result)")
            }
            let report = try JSONDecoder().decode(BenchFile.self, from: Data(text(of: file).utf8))
            #expect(report.function == "tiny" && report.runs == 2)
            #expect(Set(report.activations.keys) == ["direct", "unsandboxed"])
            for side in report.activations.values {
                let samples = side.report.samples
                #expect(samples["cold"]?.count == 2 && samples["warm"]?.count == 6)
                #expect(
                    samples["cold"]?.allSatisfy { $0.start == "cold" && $0.phases["activate"] != nil } == true
                )
                #expect(samples["warm"]?.allSatisfy { $0.start == "warm" && $0.total > 0 } == true)
            }
            #expect(report.differences.map(\.figure) == ["activate", "cold"])
            #expect(report.differences.allSatisfy { $0.percentiles.count == 2 })
            expectNothingLeft(place)
        }

        @Test func anInterruptedRunLeavesNothing() async throws {
            let place = try HostFolder()
            let bundle = try place.writeBundle("tiny", model: TinyModel(seed: 1).bytes)
            let run = try SpawnedProcess(
                [try builtProgram("hearth")] + bench(bundle, "unsandboxed") + ["--runs", "1000000"],
                in: place, environment: try environment(place), output: place.log, errors: place.log)
            try await eventually("a host that serves") {
                folders(place).contains { isThere("\($0)/unsandboxed/control.sock") }
            }
            #expect(!processes(place).isEmpty)
            run.send(SIGTERM)
            #expect(try await run.end(within: .seconds(30)) == .exited(128 + SIGTERM), "\(place.logText)")
            expectNothingLeft(place)
        }

        @Test func aHostThatDoesNotStartIsToldWithItsLog() async throws {
            let place = try HostFolder()
            let bundle = try place.writeBundle("tiny", model: TinyModel(seed: 1).bytes)
            var environment = try environment(place)
            // So long that no socket fits below it.
            let long = place.path("run/" + String(repeating: "x", count: 80))
            try FileManager.default.createDirectory(atPath: long, withIntermediateDirectories: true)
            environment["TMPDIR"] = long
            let result = try await hearth(bench(bundle, "unsandboxed"), environment: environment)
            #expect(result.status == 1 && result.output.isEmpty, "\(result)")
            #expect(
                result.errors.contains("activation unsandboxed") && result.errors.contains("bytes"),
                "\(result)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: long).isEmpty)
        }

        @Test(arguments: ["", "direct,", "direct,direct", "bubblewrap", "auto", "direct unsandboxed"])
        func aBadListIsWrongUsage(list: String) async throws {
            let result = try await hearth(bench("nothing", list))
            #expect(result.status == 2 && result.output.isEmpty, "\(result)")
            #expect(result.errors.contains("--activation"), "\(result)")
        }

        @Test func aRunningHostAndHostsOfItsOwnExcludeEachOther() async throws {
            let result = try await hearth(bench("nothing", "direct") + ["--control", "nowhere.sock"])
            #expect(result.status == 2 && result.errors.contains("--control"), "\(result)")
        }

        private func bench(_ bundle: String, _ list: String) -> [String] {
            ["bench", "cold", bundle, "--activation", list]
        }

        /// The command's temporary folders go where only this test looks.
        private func environment(_ place: HostFolder) throws -> [String: String] {
            let folder = place.path("run")
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
            return SpawnedProcess.inheritedEnvironment.merging(["TMPDIR": folder]) { $1 }
        }

        private func folders(_ place: HostFolder) -> [String] {
            let run = place.path("run")
            return ((try? FileManager.default.contentsOfDirectory(atPath: run)) ?? []).map { "\(run)/\($0)" }
        }

        private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

        /// The processes whose command line names the test's folder.
        private func processes(_ place: HostFolder) -> [String] {
            let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return all.filter {
                Int32($0) != nil && text(of: "/proc/\($0)/cmdline").contains(place.path("run/"))
            }
        }

        private func expectNothingLeft(_ place: HostFolder) {
            #expect(folders(place).isEmpty)
            #expect(processes(place).isEmpty)
        }
    }
}

/// What `--json` of a comparison holds, as far as the tests look at it.
private struct BenchFile: Decodable {
    struct Side: Decodable { var report: Report }
    struct Report: Decodable { var samples: [String: [Sample]] }
    struct Sample: Decodable {
        var total: Double
        var phases: [String: Double]
        var start: String?
    }
    struct Difference: Decodable {
        var figure: String
        var percentiles: Count
    }
    struct Count: Decodable { var count: Int }

    var function: String
    var runs: Int
    var activations: [String: Side]
    var differences: [Difference]
}
