import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Functions that are programs, from their bundle to their answer.
    @Suite(
        "Programs",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "needs /usr/bin/python3"))
    struct ProgramTests {
        private static let python = ["command: [/usr/bin/python3, -I, -B, server.py]", "directories: [/usr]"]

        private func host(
            _ files: [String: String] = ["server.py": EchoProgram.source], _ lines: [String] = python,
            name: String = "echo"
        ) async throws -> RunningHost {
            let host = try await RunningHost(in: HostFolder())
            try await host.deploy(host.folder.writeFiles(name, files, lines))
            return host
        }

        private func ask(_ host: RunningHost, _ question: String, of name: String = "echo") async throws
            -> String
        {
            let reply = try await host.call(.invoke(name, question))
            #expect(reply.status == 200, "\(question): \(reply)")
            return reply.text
        }

        @Test func aProgramServesOnTheSocketThatItInherits() async throws {
            let host = try await host()
            let first = try await host.call(.invoke("echo", "echo hello"))
            #expect(first.status == 200 && first.text == "POST /invocations hello", "\(first)")
            #expect(first.header("hearth-start") == "cold")
            let second = try await host.call(.invoke("echo", "echo again"))
            #expect(second.header("hearth-start") == "warm")
            try await host.succeed("stop", "echo")
            try await host.awaitNoWorkers()
        }

        @Test func aProgramThatListensOnAPortServesByTheAdapter() async throws {
            let host = try await host(["server.py": EchoProgram.source], Self.python + ["port: 8091"])
            let replies = try await atOnce(8) { try await host.call(.invoke("echo", "echo \($0)")) }
            #expect(replies.map(\.text) == (0..<8).map { "POST /invocations \($0)" })
            // The port is one of its own network: nobody else can reach it.
            #expect((try? RawConnection(.port(8091))) == nil)
            try await host.succeed("stop", "echo")
            try await host.awaitNoWorkers()
        }

        @Test func anyPathReachesTheProgramWithMethodAndQuery() async throws {
            let host = try await host()
            for (method, target, seen) in [
                ("GET", "/functions/echo/a/b?c=d&e=%20", "GET /a/b?c=d&e=%20 "),
                ("PUT", "/functions/echo/x", "PUT /x body"), ("POST", "/functions/echo/", "POST / body"),
            ] {
                let body = method == "GET" ? "" : "echo body"
                let reply = try await host.call(
                    HTTPCall(method: method, target: target, body: Array(body.utf8)))
                #expect(reply.status == 200 && reply.text == seen, "\(target): \(reply)")
            }
            #expect(try await host.call(.get("/functions/nobody/a")).status == 404)
        }

        @Test func itsFilesAreThereReadOnlyWithTheirModes() async throws {
            let files = [
                "server.py": EchoProgram.source, "data/deep/list.txt": "one two",
                "tool": "#!/bin/sh\necho it runs\n",
            ]
            let folder = try HostFolder()
            let bundle = try folder.writeFiles("echo", files, Self.python)
            #expect(chmod("\(bundle)/tool", 0o755) == 0)
            let host = try await RunningHost(in: folder)
            try await host.deploy(bundle)
            #expect(try await ask(host, "read /app/data/deep/list.txt") == "one two")
            #expect(try await ask(host, "read data/deep/list.txt") == "one two", "it works in its folder")
            #expect(try await ask(host, "run ./tool") == "it runs\n")
            #expect(try await ask(host, "run ./server.py").contains("Permission denied"))
            for target in ["/app/new", "/app/data/new", "/tmp/new", "/new", "/dev/shm/new", "/var/tmp/new"] {
                #expect(try await ask(host, "write \(target)").hasPrefix("refused"), "\(target)")
            }
            #expect(try await ask(host, "list /app") == "data server.py tool")
        }

        @Test func itSeesTheContractAndWhatItAskedFor() async throws {
            let host = try await host()
            let names = Set(try await ask(host, "environment").split(separator: " ").map(String.init))
            let contract: Set = [
                "HEARTH_FUNCTION", "HEARTH_MAX_BODY", "HEARTH_PURPOSE", "HEARTH_REVISION", "HEARTH_TASK",
                "HEARTH_THREADS", "LISTEN_FDNAMES", "LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET", "PATH",
            ]
            #expect(names.isSuperset(of: contract), "\(names)")
            // systemd has some of its own.
            let others: Set = [
                "LANG", "LC_CTYPE", "LOGNAME", "USER", "HOME", "SHELL", "INVOCATION_ID", "JOURNAL_STREAM",
                "SYSTEMD_EXEC_PID", "WATCHDOG_PID", "WATCHDOG_USEC",
            ]
            #expect(names.subtracting(contract).isSubset(of: others), "\(names)")
            #expect(try await ask(host, "list /home").hasPrefix("refused"))
            #expect(
                try await ask(host, "run /bin/true") == "", "links such as /bin lead where they lead here")
        }

        @Test func aDirectoryThatTheHostDoesNotShowIsRefusedAtDeploy() async throws {
            let folder = try HostFolder()
            let host = try await RunningHost(in: folder)
            for directory in ["/etc", "/root", "/var/lib", folder.state] {
                let bundle = try folder.writeFiles(
                    "echo", ["server.py": ""], ["command: [./server.py]", "directories: [\(directory)]"],
                    executable: ["server.py"])
                let result = try await host.run("deploy", bundle)
                #expect(
                    result.status == 5 && result.errors.contains("does not show"), "\(directory): \(result)")
                #expect(result.errors.contains("--directory"))
            }
            #expect(try await host.functions().isEmpty)
        }

        @Test(
            arguments: [
                ("[/usr/bin/true]", "ended|exit|status 0"),
                ("[/usr/bin/no-such-program]", "No such file|status 203"),
                ("[/usr/bin/python3, -c, 'raise SystemExit(7)']", "status 7"),
            ])
        func aProgramThatDoesNotServeSaysWhy(command: String, cause: String) async throws {
            let host = try await host(["server.py": ""], ["command: \(command)", "directories: [/usr]"])
            let reply = try await host.call(.invoke("echo", "hello"))
            #expect(reply.status == 503 && reply.error?.code == "worker_start_failed", "\(reply)")
            #expect(try reply.errorText.contains(Regex(cause)), "\(reply)")
        }

        @Test func aProgramThatNeverAnswersIsWaitedForUntilTheDeadline() async throws {
            let host = try await host(
                ["server.py": ""],
                [
                    "command: [/usr/bin/python3, -c, 'import time; time.sleep(600)']", "directories: [/usr]",
                    "limits: { timeout: 1s }",
                ])
            let reply = try await host.call(.invoke("echo", "hello"))
            #expect(reply.status == 504 && reply.error?.code == "deadline_exceeded", "\(reply)")
            #expect(reply.errorText.contains("limits.timeout"), "\(reply)")
            try await host.succeed("rm", "echo")
            try await host.awaitNoWorkers()
        }

        @Test func aNewRevisionRunsAndARollbackRunsTheOldOne() async throws {
            let host = try await host()
            let first = host.folder.codeFolders
            let changed = EchoProgram.source.replacing("refused", with: "denied")
            try await host.deploy(host.folder.writeFiles("echo", ["server.py": changed], Self.python))
            #expect(try await ask(host, "write /new").hasPrefix("denied"))
            #expect(host.folder.codeFolders.count == 2)
            try await host.succeed("rollback", "echo")
            #expect(try await ask(host, "write /new").hasPrefix("refused"))
            try await host.succeed("rm", "echo")
            #expect(host.folder.codeFolders.isEmpty && first.count == 1)
        }

        @Test func aHostMakesTheFoldersOfProgramsAnew() async throws {
            let host = try await host()
            #expect(try await ask(host, "list /app") == "server.py")
            try await host.shutDown()
            try FileManager.default.removeItem(atPath: "\(host.folder.state)/code")
            let next = try await RunningHost(in: host.folder)
            #expect(try await ask(next, "list /app") == "server.py")
        }

        @Test func aProgramOfManyFilesIsDeployedWhole() async throws {
            var files = ["server.py": EchoProgram.source]
            for number in 0..<300 { files["lib/part\(number % 7)/file\(number).txt"] = "\(number)" }
            let host = try await host(files)
            #expect(try await ask(host, "read lib/part2/file289.txt") == "289")
            #expect(try await ask(host, "list lib") == (0..<7).map { "part\($0)" }.joined(separator: " "))
        }
    }
}

/// A server of the standard library that does what its body says.
enum EchoProgram {
    static let source = OrdinaryPrograms.server.replacing(
        """
            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.answer()
            def answer(self):
                body = b"hello\\n"
        """,
        with: """
                def do_POST(self): self.answer()
                def do_PUT(self): self.answer()
                def answer(self):
                    order = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                    body = carry_out(self, *order.partition(" ")[::2]).encode()
            """
    ).replacing(
        "Server().serve_forever()",
        with: """
            def carry_out(request, verb, rest):
                try:
                    if verb == "read": return open(rest).read()
                    if verb == "list": return " ".join(sorted(os.listdir(rest)))
                    if verb == "environment": return " ".join(sorted(os.environ))
                    if verb == "write":
                        open(rest, "w").write("x")
                        return "written"
                    if verb == "run":
                        import subprocess
                        return subprocess.run([rest], capture_output=True, text=True).stdout
                except OSError as error:
                    return f"refused {error}"
                return f"{request.command} {request.path} {rest}"
            Server().serve_forever()
            """)
}

extension HostFolder {
    /// Writes a bundle of several files and returns its folder.
    func writeFiles(
        _ name: String, _ files: [String: String], _ lines: [String], executable: Set<String> = []
    ) throws -> String {
        let tops = Set(files.keys.map { String($0.prefix { $0 != "/" }) }).sorted()
        let manifest = ["name: \(name)", "runtime: exec", "files: [\(tops.joined(separator: ", "))]"] + lines
        try write((manifest.joined(separator: "\n") + "\n").utf8, to: "bundles/\(name)/function.yaml")
        for (path, contents) in files {
            let place = try write(contents.utf8, to: "bundles/\(name)/\(path)")
            if executable.contains(path) { chmod(place, 0o755) }
        }
        return path("bundles/\(name)")
    }

    /// The folders of programs' files.
    var codeFolders: [String] { names(in: "code") }
}
