import Foundation
import Sandbox
import TestSupport
import Testing

extension IntegrationTests {
    /// No line of a list of system calls is there in vain: each call is seen with a program that makes it, or says who else
    /// does.
    @Suite(
        "Use of system calls",
        .enabled(if: SystemCallTrace.isPossible, "needs strace, and the permission to trace"),
        .enabled(if: RunningHost.activation == "direct", "tracing is the same whoever starts workers"))
    struct SystemCallUseTests {
        /// Run-times that stand for a line because tests cannot count on them.
        private let others: Set = [
            "the starter", "the kernel", "machines without a clock page", "musl", "Go", "Rust", "C++", "Node",
            ".NET",
        ]

        private func unused(_ list: SystemCallList, _ trace: SystemCallTrace) -> [String] {
            list.calls.filter { !trace.calls.contains($0.name) && !others.contains($0.neededBy ?? "") }.map(
                \.name)
        }

        private func expectNeeded(_ list: SystemCallList, _ trace: SystemCallTrace) {
            #expect(unused(list, trace) == [])
            for call in list.calls {
                #expect(
                    call.neededBy.map(others.contains) ?? true,
                    "\(call.name): nobody knows \(call.neededBy ?? "")")
            }
        }

        @Test func theNativeWorkerMakesEveryCallOfItsList() async throws {
            let folder = try HostFolder()
            let trace = folder.path("trace")
            let worker = folder.path("traced-worker")
            let words = SystemCallTrace.words(file: trace) + [try builtProgram("hearth-worker")]
            let script = try folder.write(
                "#!/bin/sh\nexec \(words.joined(separator: " "))\n".utf8, to: "script")
            _ = try CommandRun(["install", "-m", "755", script, worker], in: repositoryRoot)
            let host = try await RunningHost(in: folder, worker: worker)
            try await host.deploy(
                folder.writeBundle(
                    "tiny", model: TinyModel(seed: 1).bytes, manifest: ["limits: { threads: 2 }"]))
            let replies = try await atOnce(8) { number in
                let inputs = [String](repeating: "\"the cat sat\"", count: 1 + 200 * number).joined(
                    separator: ",")
                return try await host.call(.invoke("tiny", "{\"inputs\":[\(inputs)]}"))
            }
            #expect(replies.map(\.status) == [Int](repeating: 200, count: 8))
            try await host.succeed("stop", "tiny")
            var calls = SystemCallTrace()
            calls.read(trace)
            expectNeeded(.native, calls)
        }

        @Test func programsMakeEveryCallOfTheirList() async throws {
            let folder = try HostFolder()
            var trace = SystemCallTrace()
            let status = try trace.run(
                "/usr/bin/python3", repositoryRoot.appending(path: "Tests/Programs/standard_library.py").path,
                in: folder)
            #expect(status == 0, "a program that uses the standard library of Python")
            for program in OrdinaryPrograms.all { try trace.run("bash", "-c", program, in: folder) }
            try await traceServers(&trace, folder)
            expectNeeded(.exec, trace)
        }

        /// A server that takes the socket, and one behind the adapter, which is traced with what it starts.
        private func traceServers(_ trace: inout SystemCallTrace, _ folder: HostFolder) async throws {
            let server = try folder.write(OrdinaryPrograms.server.utf8, to: "server.py")
            let python = ["/usr/bin/python3", "-I", server]
            // Nobody else is likely to take it in the moment between.
            let port = try LoopbackListener().port
            for (name, command) in [
                ("direct", python), ("port", [try builtProgram("hearth-adapter"), "\(port)", "--"] + python),
            ] {
                let socket = folder.path("\(name).sock")
                let listener = try boundUnixSocket(socket, type: CInt(SOCK_STREAM.rawValue))
                listen(listener, 16)
                let file = folder.path("trace-\(name)")
                let process = try SpawnedProcess(
                    SystemCallTrace.words(file: file) + command, in: folder, descriptors: [listener],
                    output: folder.path("output"), errors: folder.path("output"))
                let replies = try await atOnce(4) { _ in try await HTTPCall.get("/").send(to: .path(socket)) }
                #expect(replies.map(\.status) == [200, 200, 200, 200], "\(replies)")
                process.send(SIGTERM)
                _ = try await process.end()
                close(listener)
                trace.read(file)
            }
        }
    }
}

/// Programs that every machine has, doing what such programs do.
enum OrdinaryPrograms {
    static let all = [
        #"exec perl -e 'alarm 5; select(undef,undef,undef,0.01); sleep 1; print getppid; open F,q(/etc/passwd); "#
            + #"seek F,3,0; my @x=stat F; opendir D,q(/); readdir D; if(!fork){exit} wait; local $SIG{USR1}=sub{}; "#
            + #"kill USR1=>$$; print times; chdir q(/); umask; getpgrp; getpriority 0,0;'"#,
        "for i in 1 2 3; do echo $i | cat; done; ulimit -a; sleep 0.1 & wait; kill -0 $$; cd /; pwd; trap : USR1; "
            + "kill -USR1 $$; read -t 0.1 x </dev/zero; umask",
        "dd if=/dev/zero of=/dev/null bs=4k count=3", "cat /etc/passwd", "timeout 1 sleep 0.1",
        "find /usr/share/doc/bash", "sort --parallel=2 /etc/passwd", "tail -n 2 /etc/passwd", "df /",
        "ls -la /etc", "id",
        "stat /etc/passwd", "nproc", "cp /etc/passwd /dev/null", "env true",
    ]

    /// Answers on the socket that it is given, or on the port.
    static let server = """
        import http.server, os, socket, socketserver, threading
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self): self.answer()
            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.answer()
            def answer(self):
                body = b"hello\\n"
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def address_string(self): return "host"
            def log_message(self, *words): pass
        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            address_family = socket.AF_INET if "PORT" in os.environ else socket.AF_UNIX
            def __init__(self):
                if "PORT" in os.environ:
                    super().__init__(("127.0.0.1", int(os.environ["PORT"])), Handler)
                    return
                super().__init__(("127.0.0.1", 0), Handler, bind_and_activate=False)
                self.socket.close()
                self.socket = socket.socket(fileno=3)
            def server_bind(self):
                socketserver.TCPServer.server_bind(self)
                self.server_name, self.server_port = "host", 0
        Server().serve_forever()
        """
}
