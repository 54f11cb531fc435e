import LinuxSystem
import WorkerProtocol

/// One request to a worker's socket, sent before the worker exists and answered as soon as it serves: the kernel keeps it
/// in the socket's queue, so nobody asks twice. For programs that cannot say READY, and for workers whose first connection
/// starts them.
final class ReadinessProbe {
    /// The connection; polls readable when the answer comes.
    let connection: SharedDescriptor
    private var answer: [UInt8] = []

    /// Connects and asks.
    ///
    /// - Throws: ``SystemError``.
    init(socketPath: String) throws(SystemError) {
        let connection = try UnixSocket.connect(path: socketPath)
        try UnixSocket.write(
            Array("GET /ping HTTP/1.1\r\nhost: worker\r\nconnection: close\r\n\r\n".utf8), to: connection)
        self.connection = SharedDescriptor(connection)
    }

    /// What reading on gave.
    enum Outcome: Equatable {
        case waiting
        case ready(loadMicroseconds: Int?)
        /// The connection ended without an answer.
        case hungUp
    }

    /// Takes what has come. Any answer will do: a program need not know the route to be there.
    func read() -> Outcome {
        guard let bytes = readAvailable(connection.descriptor) else { return .waiting }
        answer += bytes
        if Self.hasHead(answer) || (bytes.isEmpty && answer.starts(with: Array("HTTP/".utf8))) {
            return .ready(loadMicroseconds: Self.loadMicroseconds(answer))
        }
        return bytes.isEmpty || answer.count > 64 * 1024 ? .hungUp : .waiting
    }

    private static func hasHead(_ answer: [UInt8]) -> Bool {
        answer.starts(with: Array("HTTP/".utf8))
            && String(decoding: answer, as: UTF8.self).contains("\r\n\r\n")
    }

    /// From `server-timing: load;dur=…`, in which the native worker tells what its model took.
    static func loadMicroseconds(_ answer: [UInt8]) -> Int? {
        for line in String(decoding: answer, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard line.lowercased().hasPrefix("server-timing:"), let start = line.firstRange(of: "load;dur=")
            else {
                continue
            }
            let number = line[start.upperBound...].prefix { $0.isNumber || $0 == "." }
            // A program may write any number here; one that is beyond all bounds is none.
            return Double(number).flatMap { Int(exactly: ($0 * 1000).rounded()) }
        }
        return nil
    }
}
