import Glibc

/// One connection: requests with a length or in chunks, answers with a length.
final class FakeConnection {
    private let descriptor: CInt
    private var waiting: [UInt8] = []
    /// The present request's head, a line an element.
    private(set) var head: [String] = []

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    /// The next request's body; nil when the connection has ended.
    func nextRequest() -> [UInt8]? {
        guard let head = readLines() else { return nil }
        self.head = head
        func header(_ name: String) -> String? {
            head.dropFirst().first { $0.lowercased().hasPrefix("\(name):") }
                .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
        }
        if header("transfer-encoding")?.lowercased() == "chunked" { return readChunks() }
        return take(header("content-length").flatMap { Int($0) } ?? 0)
    }

    func answer(_ body: String) {
        send(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    func send(_ text: String) { FakePlan.write(text, to: descriptor) }

    private func readChunks() -> [UInt8]? {
        var body: [UInt8] = []
        while let line = readLine(), let size = Int(line.prefix { $0 != ";" }, radix: 16) {
            guard let piece = take(size), readLine() != nil else { return nil }
            if size == 0 { return body }
            body += piece
        }
        return nil
    }

    private func readLines() -> [String]? {
        var lines: [String] = []
        while let line = readLine() {
            if line.isEmpty { return lines }
            lines.append(line)
        }
        return nil
    }

    private func readLine() -> String? {
        while true {
            if let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(
                    decoding: waiting[..<end].filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
                waiting.removeSubrange(...end)
                return line
            }
            guard fill() else { return nil }
        }
    }

    private func take(_ count: Int) -> [UInt8]? {
        while waiting.count < count { guard fill() else { return nil } }
        defer { waiting.removeFirst(count) }
        return Array(waiting.prefix(count))
    }

    private func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        let count = read(descriptor, &piece, piece.count)
        if count > 0 { waiting += piece.prefix(count) }
        return count > 0
    }
}
