import Foundation
import Synchronization

/// A stream socket with plain bytes in both directions; blocks, so use it on a thread of one's own.
final class RawConnection: Sendable {
    /// Where to connect.
    enum Place: Hashable, Sendable {
        case port(UInt16)
        case path(String)
    }

    private let descriptor: CInt
    private let received = Mutex<[UInt8]>([])

    /// - Parameter patience: how long one call may block.
    init(_ place: Place, patience: Duration = .seconds(60)) throws {
        switch place {
        case .port(let port):
            descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try Self.connect(descriptor, address)
        case .path(let path):
            descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            try Self.connect(descriptor, address)
        }
        var time = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    private static func connect<Address>(_ descriptor: CInt, _ address: Address) throws {
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    /// Sends all bytes, or as many as the other side takes before it closes.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(text.utf8) }

    /// Says that nothing more will be sent.
    func finishSending() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Ends the connection in both directions.
    func hangUp() { shutdown(descriptor, CInt(SHUT_RDWR)) }

    /// Everything until the other side closes.
    func receiveToEnd() throws -> [UInt8] {
        while try receiveMore() {}
        return received.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
    }

    /// The next answer; nil when the other side closed before any of its bytes.
    func receiveReply(toHead: Bool = false) throws -> HTTPReply? {
        while true {
            if let head = takeHead() {
                guard !head.isInformational else { continue }
                return try receiveBody(head, isAbsent: toHead || head.status == 204 || head.status == 304)
            }
            guard try receiveMore() else { return nil }
        }
    }

    private func receiveBody(_ head: HTTPReply, isAbsent: Bool) throws -> HTTPReply {
        var reply = head
        if isAbsent { return reply }
        if head.header("transfer-encoding")?.lowercased() == "chunked" {
            while let line = try receiveLine() {
                guard let size = Int(line, radix: 16) else { break }
                let piece = try receive(size)
                reply.body += piece
                guard piece.count == size, try receiveLine() != nil else { break }
                if size == 0 { return reply }
            }
            reply.isComplete = false
        } else if let length = head.header("content-length").flatMap({ Int($0) }) {
            reply.body = try receive(length)
            reply.isComplete = reply.body.count == length
        } else {
            reply.body = try receiveToEnd()
        }
        return reply
    }

    private func takeHead() -> HTTPReply? {
        received.withLock { bytes in
            let end: [UInt8] = [13, 10, 13, 10]
            guard let range = bytes.firstRange(of: end) else { return nil }
            let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
                .components(separatedBy: "\r\n")
            bytes.removeSubrange(..<range.upperBound)
            let headers = lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                let value = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
                return (name: parts[0].lowercased(), value: value)
            }
            let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            return HTTPReply(status: status, headers: headers, body: [], isComplete: true)
        }
    }

    private func receiveLine() throws -> String? {
        while true {
            let line = received.withLock { bytes -> String? in
                guard let end = bytes.firstIndex(of: 10) else { return nil }
                defer { bytes.removeSubrange(...end) }
                return String(decoding: bytes[..<end].filter { $0 != 13 }, as: UTF8.self)
            }
            if let line { return line }
            guard try receiveMore() else { return nil }
        }
    }

    /// That many bytes, or fewer where the other side closes.
    private func receive(_ count: Int) throws -> [UInt8] {
        while received.withLock({ $0.count }) < count { guard try receiveMore() else { break } }
        return received.withLock { bytes in
            defer { bytes.removeFirst(min(count, bytes.count)) }
            return Array(bytes.prefix(count))
        }
    }

    /// False at the end of the stream, be it orderly or not.
    private func receiveMore() throws -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &piece, piece.count, 0)
        if count < 0 && errno == EAGAIN { throw TookTooLong("an answer on a socket") }
        if count > 0 { received.withLock { $0 += piece.prefix(count) } }
        return count > 0
    }
}

extension HTTPReply {
    fileprivate var isInformational: Bool { (100..<200).contains(status) }
}
