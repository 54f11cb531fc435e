import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import Activation

/// One question to a worker's socket, and what answers to it mean.
struct ReadinessProbeTests {
    /// A worker's socket with the question in its queue, and the worker's end of the connection.
    private final class Worker {
        let folder: TemporaryFolder
        let probe: ReadinessProbe
        private let listener: SharedDescriptor
        private var connection: SharedDescriptor?

        init() throws {
            folder = try TemporaryFolder()
            listener = SharedDescriptor(try UnixSocket.listen(path: folder.path("s")))
            // Nobody accepts yet: the kernel keeps the question.
            probe = try ReadinessProbe(socketPath: folder.path("s"))
            connection = SharedDescriptor(FileDescriptor(owning: accept(listener.number, nil, nil)))
        }

        func say(_ text: String) throws { try say(Array(text.utf8)) }

        func say(_ bytes: [UInt8]) throws {
            guard let connection else { return }
            try UnixSocket.write(bytes, to: connection.descriptor)
        }

        func hangUp() {
            // A child that another test starts right now may hold a copy, so closing alone is not the end.
            if let connection { shutdown(connection.number, CInt(SHUT_RDWR)) }
            connection = nil
        }

        /// What the worker was asked.
        func question() -> String {
            guard let connection else { return "" }
            var bytes = [UInt8](repeating: 0, count: 1024)
            let count = read(connection.number, &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test func theQuestionIsARequestThatEndsTheConnection() throws {
        let question = try Worker().question()
        #expect(question.hasPrefix("GET /ping HTTP/1.1\r\n"))
        #expect(question.contains("\r\nhost: "))
        #expect(question.contains("\r\nconnection: close\r\n"))
        #expect(question.hasSuffix("\r\n\r\n"))
    }

    @Test(arguments: ["200 OK", "404 Not Found", "500 Internal Server Error", "204 No Content"])
    func anyAnswerSaysThatItServes(status: String) throws {
        let worker = try Worker()
        #expect(worker.probe.read() == .waiting)
        try worker.say("HTTP/1.1 \(status)\r\ncontent-length: 2\r\n\r\nok")
        #expect(worker.probe.read() == .ready(loadMicroseconds: nil))
    }

    @Test func whatTheModelTookIsInTheAnswer() throws {
        let worker = try Worker()
        try worker.say("HTTP/1.1 200 OK\r\nServer-Timing: total;dur=90, load;dur=12.345\r\n\r\n")
        #expect(worker.probe.read() == .ready(loadMicroseconds: 12_345))
    }

    @Test(
        "a time that is none is no time",
        arguments: [
            "server-timing: load;dur=", "server-timing: load;dur=x", "server-timing: load;dur=1.2.3",
            "server-timing: load;dur=-5", "server-timing: loading;dur=5", "x-server-timing: load;dur=5",
            "server-timing: load;dur=½", "server-timing: load;dur=99999999999999999999999",
            "server-timing: load;dur=" + String(repeating: "9", count: 400),
        ])
    func noTime(line: String) throws {
        // A program writes this line, so it may say anything.
        let worker = try Worker()
        try worker.say("HTTP/1.1 200 OK\r\n\(line)\r\n\r\n")
        #expect(worker.probe.read() == .ready(loadMicroseconds: nil))
    }

    @Test func aHeadInPiecesIsReadyWithItsLastByte() throws {
        let head = Array("HTTP/1.0 200 OK\r\nserver-timing: load;dur=3\r\n\r\n".utf8)
        let worker = try Worker()
        for byte in head.dropLast() {
            try worker.say([byte])
            #expect(worker.probe.read() == .waiting)
        }
        try worker.say([head[head.count - 1]])
        #expect(worker.probe.read() == .ready(loadMicroseconds: 3000))
    }

    @Test func whoHangsUpWithoutAWordDoesNotServe() throws {
        let worker = try Worker()
        #expect(worker.probe.read() == .waiting)
        worker.hangUp()
        #expect(worker.probe.read() == .hungUp)
    }

    @Test func anAnswerThatIsCutOffIsAnAnswer() throws {
        let worker = try Worker()
        try worker.say("HTTP/1.1 503 Service")
        #expect(worker.probe.read() == .waiting)
        worker.hangUp()
        #expect(worker.probe.read() == .ready(loadMicroseconds: nil))
    }

    @Test(arguments: ["220 mail.example ESMTP\r\n\r\n", "HTTQ/1.1 200 OK\r\n\r\n", "\r\n\r\n", "H"])
    func whatIsNoHTTPIsNoAnswer(text: String) throws {
        let worker = try Worker()
        try worker.say(text)
        #expect(worker.probe.read() == .waiting)
        worker.hangUp()
        #expect(worker.probe.read() == .hungUp)
    }

    @Test func whoNeverComesToTheEndIsGivenUp() throws {
        let worker = try Worker()
        var outcome = ReadinessProbe.Outcome.waiting
        var sent = 0
        while outcome == .waiting, sent < 1 << 20 {
            try worker.say([UInt8](repeating: UInt8(ascii: "x"), count: 1024))
            sent += 1024
            outcome = worker.probe.read()
        }
        #expect(outcome == .hungUp)
        #expect(sent <= 66 * 1024, "the host keeps no more than 64 KiB of it")
    }

    @Test func aSocketThatIsNotThereCannotBeAsked() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: SystemError.self) {
            _ = try ReadinessProbe(socketPath: folder.path("none"))
        }
        #expect(error?.code == ENOENT)
    }
}
