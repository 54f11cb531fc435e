import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

@testable import Activation

/// A program that listens on a port of its own loopback is a worker like any other.
@Suite(
    .enabled(if: SandboxedShell.isPossible, SandboxedShell.whyNot),
    .enabled(if: access(SandboxedShell.python, X_OK) == 0, "this machine has no \(SandboxedShell.python)"))
struct PortProgramTests {
    /// Listens after a time; answers with the path, or with as many bytes as the path says.
    private static let server = """
        import http.server, os, signal, socketserver, sys, time
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                text = self.path[1:]
                body = b"x" * int(text) if text.isdigit() else text.encode()
                self.send_response(200 if text != "ping" else 404)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body[::-1])
            def log_message(self, *words):
                pass
        def end(number, frame):
            print("bye", flush=True)
            os._exit(3)
        if len(sys.argv) < 3:
            signal.signal(signal.SIGTERM, end)
        print("up", flush=True)
        time.sleep(float(sys.argv[1]))
        socketserver.TCPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
        """

    private func stage(listeningAfter seconds: String = "0", _ more: String...) throws -> Stage {
        let stage = try Stage.sandboxed()
        stage.start(1, command: [SandboxedShell.python, "-c", Self.server, seconds] + more, port: 8000)
        return stage
    }

    /// Sends a request to the worker's socket and returns all that comes back.
    private func ask(_ stage: Stage, _ request: String, body: [UInt8] = []) throws -> [UInt8] {
        let socket = try UnixSocket.connect(path: stage.socketPath(1))
        try UnixSocket.write(Array((request + "\r\nhost: a\r\n\r\n").utf8) + body, to: socket)
        var answer: [UInt8] = []
        while true {
            var entry = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
            // A minute is for ever in a test.
            guard poll(&entry, 1, 60_000) > 0 else { return answer }
            guard let bytes = readAvailable(socket) else { continue }
            if bytes.isEmpty { return answer }
            answer += bytes
        }
    }

    private func body(of answer: [UInt8]) -> ArraySlice<UInt8> {
        let end = Array("\r\n\r\n".utf8)
        for start in answer.indices.dropLast(3) where answer[start..<(start + 4)].elementsEqual(end) {
            return answer[(start + 4)...]
        }
        return []
    }

    @Test(arguments: ["0", "0.3"]) func itAnswersOnTheWorkersSocket(seconds: String) throws {
        let stage = try stage(listeningAfter: seconds)
        defer { stage.activation.shutDown() }
        // The socket is there before the program listens, and whoever calls waits.
        stage.events(until: "1 prints up")
        let answer = try ask(stage, "GET /hello HTTP/1.0")
        #expect(answer.starts(with: Array("HTTP/1.0 200".utf8)))
        #expect(String(decoding: body(of: answer), as: UTF8.self) == "hello")
        // It cannot say READY itself; any answer says it for it.
        #expect(stage.events(until: "1 says READY=1").contains("1 says READY=1"))
    }

    @Test func bodiesPassInBothDirections() throws {
        let stage = try stage()
        defer { stage.activation.shutDown() }
        stage.events(until: "1 prints up")
        let large = try ask(stage, "GET /3000000 HTTP/1.0")
        #expect(body(of: large).count == 3_000_000)
        let sent = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let returned = try ask(stage, "POST / HTTP/1.0\r\ncontent-length: \(sent.count)", body: sent)
        #expect(body(of: returned).elementsEqual(sent.reversed()))
    }

    @Test func aStopReachesTheProgramBehindTheAdapter() throws {
        let stage = try stage()
        defer { stage.activation.shutDown() }
        stage.events(until: "1 says READY=1")
        stage.activation.stop(1)
        #expect(stage.events(untilEndOf: 1).suffix(2) == ["1 prints bye", "1 exited with status 3"])
    }

    @Test func aProgramThatTheStopEndsIsEndedByItAndNotByAFault() throws {
        let stage = try stage("0", "deaf to nothing")
        defer { stage.activation.shutDown() }
        stage.events(until: "1 says READY=1")
        stage.activation.stop(1)
        #expect(stage.events(untilEndOf: 1).last == "1 was ended by signal 15 (Terminated)")
    }

    @Test func aProgramThatIsNotThereIsNamed() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        stage.start(1, command: ["/no/program"], port: 8000)
        let events = stage.events(untilEndOf: 1)
        #expect(
            events.contains("1 prints hearth-adapter: cannot execute /no/program: No such file or directory"))
        #expect(events.last == "1 exited with status 71")
    }

    @Test func twoWorkersHaveThePortTwice() throws {
        let stage = try stage()
        defer { stage.activation.shutDown() }
        // Each has a network of its own, so both listen on the same number.
        stage.start(2, command: [SandboxedShell.python, "-c", Self.server, "0"], port: 8000)
        #expect(stage.events(until: "1 says READY=1").contains("1 says READY=1"))
        #expect(stage.events(until: "2 says READY=1").contains("2 says READY=1"))
    }
}
