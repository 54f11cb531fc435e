import Foundation

/// One request on a connection of its own.
struct HTTPCall: Sendable {
    var method = "POST"
    var target: String
    var headers: [(String, String)] = []
    var body: [UInt8] = []

    /// A request as the wire has it, with `host` and, where there is a body, its length.
    var bytes: [UInt8] {
        var text = "\(method) \(target) HTTP/1.1\r\nhost: localhost\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if method == "POST" || method == "PUT" || !body.isEmpty {
            text += "content-length: \(body.count)\r\n"
        }
        return Array("\(text)\r\n".utf8) + body
    }

    static func get(_ target: String) -> HTTPCall { HTTPCall(method: "GET", target: target) }

    static func post(_ target: String, _ body: String) -> HTTPCall {
        HTTPCall(target: target, headers: [("content-type", "application/json")], body: Array(body.utf8))
    }

    /// The native call of a function.
    static func invoke(_ name: String, _ body: String) -> HTTPCall {
        post("/v1/functions/\(name)/invocations", body)
    }

    /// Sends the request and waits for its answer.
    ///
    /// - Throws: ``NoReply`` where the connection ends without one; ``TookTooLong``.
    func send(to place: RawConnection.Place, patience: Duration = .seconds(60)) async throws -> HTTPReply {
        try await onOwnThread {
            let connection = try RawConnection(place, patience: patience)
            connection.send(bytes)
            guard let reply = try connection.receiveReply(toHead: method == "HEAD") else {
                throw NoReply(request: "\(method) \(target.prefix(100))")
            }
            return reply
        }
    }
}

/// A connection ended without an answer.
struct NoReply: Error, CustomStringConvertible {
    let request: String

    var description: String { "the connection ended before \(request) was answered" }
}
