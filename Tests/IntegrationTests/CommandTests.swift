import Foundation
import Testing

extension IntegrationTests {
    /// What people and scripts get from the `hearth` command.
    @Suite("Command") struct CommandTests {
        @Test func everyCommandHasJSONThatParses() async throws {
            let host = try await RunningHost.withTinyModel()
            let invoked: Invocation = try await host.succeed("invoke", "tiny", "--text", "the cat").decoded()
            #expect(invoked.outputs.map(\.count) == [TinyModel.width])
            let functions: FunctionLines = try await host.succeed("list", "--json").decoded()
            #expect(functions.functions.map(\.name) == ["tiny"] && functions.functions[0].workers == 1)
            let workers: WorkerLines = try await host.succeed("ps", "--json").decoded()
            #expect(workers.workers.map(\.function) == ["tiny"] && workers.workers[0].served == 1)
            #expect(workers.workers[0].pid.map(isAlive) == true)
            for arguments in [["stop", "tiny"], ["logs", "tiny"], ["rm", "tiny"]] {
                let result = try await hearth(arguments + ["--json", "--control", host.folder.control])
                #expect(result.status == 0, "\(result)")
                if arguments[0] != "logs" { _ = try result.decoded([String: String].self) }
            }
        }

        @Test func tablesNameWhatIsThere() async throws {
            let host = try await RunningHost.withTinyModel()
            try await host.succeed("invoke", "tiny", "--json", #"{"inputs":["a","the cat"]}"#)
            let list = try await host.succeed("list").output
            #expect(list.contains("tiny") && list.contains("gguf"))
            let line = try await host.succeed("ps").output
            let worker = try #require(try await host.workers().first)
            #expect(
                line.contains("tiny") && line.contains("ready") && line.contains(String(worker.pid ?? -1)))
        }

        @Test func invokeSendsTextsJSONOrAFile() async throws {
            let host = try await RunningHost.withTinyModel()
            let file = try host.folder.write(#"{"inputs":["a","the \"cat\""]}"#.utf8, to: "request.json")
            let runs = [
                try await host.succeed("invoke", "tiny", "--text", "a", "--text", "the \"cat\""),
                try await host.succeed("invoke", "tiny", "--json", #"{"inputs":["a","the \"cat\""]}"#),
                try await host.succeed("invoke", "tiny@live", "--file", file, "--timing"),
            ]
            let outputs = try runs.map { try $0.decoded(Invocation.self).outputs }
            #expect(outputs[0].count == 2 && outputs[0] == outputs[1] && outputs[1] == outputs[2])
            #expect(
                runs[2].errors.contains("hearth-start: warm") && runs[2].errors.contains("server-timing:"))
        }

        @Test func theControlSocketIsFoundByTheEnvironmentToo() async throws {
            let host = try await RunningHost.withTinyModel()
            var environment = SpawnedProcess.inheritedEnvironment
            environment["HEARTH_CONTROL"] = host.folder.control
            let list = try await hearth(["list", "--json"], environment: environment)
            #expect(try list.decoded(FunctionLines.self).functions.count == 1)
            environment["HEARTH_CONTROL"] = host.folder.path("nowhere.sock")
            #expect(try await hearth(["list"], environment: environment).status == 4)
        }

        @Test func exitCodesTellWhatWentWrong() async throws {
            let host = try await RunningHost.withTinyModel()
            let bad = try host.folder.writeBundle("Bad", model: [], in: "bad")
            for (status, arguments) in [
                (0, ["list"]), (0, ["--help"]), (0, ["--version"]), (0, ["deploy", "--help"]),
                (1, ["rollback", "tiny"]), (2, ["invoke", "tiny"]), (2, ["fly"]), (2, ["deploy"]),
                (2, ["list", "--unknown"]), (3, ["stop", "ghost"]), (3, ["logs", "ghost"]),
                (3, ["rm", "ghost"]),
                (3, ["rollback", "ghost"]), (3, ["invoke", "ghost", "--text", "a"]), (5, ["deploy", bad]),
                (5, ["deploy", host.folder.path("nothing")]), (5, ["stop", "Not A Name"]),
                (5, ["invoke", "tiny", "--json", "{"]),
                (5, ["pack", host.folder.path("nothing"), "-o", "x"]),
            ] as [(Int32, [String])] {
                let needsHost =
                    !arguments[0].hasPrefix("--") && !arguments.contains("--help") && arguments[0] != "pack"
                let result = try await hearth(
                    arguments + (needsHost ? ["--control", host.folder.control] : []))
                #expect(result.status == status, "\(arguments): \(result)")
                if status != 0 { #expect(!result.errors.isEmpty && result.output.isEmpty, "\(arguments)") }
            }
            let nobody = try await hearth(["list", "--control", host.folder.path("nobody.sock")])
            #expect(nobody.status == 4 && nobody.errors.contains("hearth serve"), "\(nobody)")
        }

        @Test func aLongLogReachesASlowReaderWhole() async throws {
            let (host, _) = try await RunningHost.withFakeWorker("flood 60000")
            #expect(try await host.call(.invoke("fake", "hello"), patience: .seconds(60)).status == 200)
            try await eventually("the end of the flood in the log") {
                try await host.succeed("logs", "fake", "--lines", "3").output.contains("line 59999 of 60000")
            }
            let reply = try await onOwnThread { [control = host.folder.control] in
                let connection = try RawConnection(.path(control))
                connection.send(HTTPCall.get("/control/v1/functions/fake/logs?lines=100000").bytes)
                // Far more than a socket holds is left to be sent when the host has said all.
                usleep(500_000)
                return try connection.receiveReply()
            }
            #expect(reply?.status == 200 && reply?.isComplete == true)
            #expect(reply?.text.contains("line 59999 of 60000") == true)
            #expect((reply?.body.count ?? 0) >= 1 << 20)
        }

        @Test func logsAreShownAndFollowed() async throws {
            let (host, program) = try await RunningHost.withFakeWorker(
                "say first light\nsay bell \u{7} and \u{1B}[31mred")
            _ = try await host.call(.invoke("fake", "hello"))
            try await eventually("the first log lines") {
                try await host.run("logs", "fake").output.contains("first light")
            }
            let shown = try await host.succeed("logs", "fake").output
            #expect(shown.contains("worker-") && !shown.contains("\u{7}") && !shown.contains("\u{1B}"))
            #expect(
                try await host.succeed("logs", "fake", "--lines", "1").output.split(separator: "\n").count
                    == 1)
            for line in try await host.succeed("logs", "fake", "--json").output.split(separator: "\n") {
                #expect(try JSONDecoder().decode([String].self, from: Data("[\(line)]".utf8)).count == 1)
            }
            let (output, errors) = (host.folder.path("followed"), host.folder.path("followed.errors"))
            let follower = try SpawnedProcess(
                [try builtProgram("hearth"), "logs", "fake", "-f", "--control", host.folder.control],
                in: host.folder, output: output, errors: errors)
            try await eventually("what was there already") { text(of: output).contains("first light") }
            try program.follow("say second light")
            try await host.succeed("stop", "fake")
            _ = try await host.call(.invoke("fake", "hello"))
            try await eventually("what was added") { text(of: output).contains("second light") }
            #expect(!follower.hasEnded)
            try await follower.killNow()
            #expect(try await host.call(.invoke("fake", "hello")).status == 200)
        }
    }
}
