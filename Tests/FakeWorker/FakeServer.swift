import Glibc
import LinuxSystem
import Synchronization

/// Accepts connections, each on a thread of its own, and counts the requests that run.
final class FakeServer: Sendable {
    private let listener: CInt
    private let running = Atomic<Int>(0)

    init(listener: CInt) { self.listener = listener }

    func acceptConnections() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            try? startThread(named: "connection") { [self] in
                serve(FakeConnection(connection))
                close(connection)
            }
        }
    }

    /// Accepts no more, and waits for what runs.
    func drain() {
        shutdown(listener, CInt(SHUT_RD))
        while running.load(ordering: .acquiring) > 0 { usleep(1000) }
    }

    private func serve(_ connection: FakeConnection) {
        while let body = connection.nextRequest() {
            running.add(1, ordering: .acquiringAndReleasing)
            carryOut(String(decoding: body.prefix(200), as: UTF8.self), bytes: body.count, connection)
            running.subtract(1, ordering: .acquiringAndReleasing)
        }
    }

    /// What a body orders; anything else is answered at once.
    private func carryOut(_ order: String, bytes: Int, _ connection: FakeConnection) {
        let words = order.split(separator: " ")
        let number = words.count > 1 ? Int(words[1]) ?? 0 : 0
        switch words.first {
        case "sleep":
            usleep(UInt32(number) * 1000)
            connection.answer("{\"pid\":\(getpid()),\"bytes\":\(bytes)}")
        case "hang": while true { pause() }
        case "die":
            FakePlan.write("the last words of \(getpid())\n", to: STDERR_FILENO)
            kill(getpid(), SIGKILL)
        case "die-after-head":
            connection.send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nonly a beginning")
            usleep(50_000)
            kill(getpid(), SIGKILL)
        case "die-in-chunk":
            connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\nonly a beginning\r\n")
            usleep(50_000)
            kill(getpid(), SIGKILL)
        case "head": connection.answer(connection.head.joined(separator: "\n"))
        case "large": connection.answer(String(repeating: "x", count: number))
        default: connection.answer("{\"pid\":\(getpid()),\"bytes\":\(bytes)}")
        }
    }
}
