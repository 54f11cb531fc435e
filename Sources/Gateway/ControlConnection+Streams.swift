import Artifacts
import FoundationEssentials
import FunctionTypes
import Host
import NIOCore
import NIOHTTP1
import NIOPosix

extension ControlConnection {
    /// Stores a blob as it arrives; it exists only when the last byte has come and the digest is right.
    func receiveBlob(_ digest: Digest, _ head: HTTPRequestHead, _ requests: inout Requests) async throws {
        guard let length = RequestRules.contentLength(head) else {
            throw HearthError(
                .invalidRequest, "An upload needs the header 'content-length'.",
                remedy: "Say how many bytes come.")
        }
        let writer = try await host.upload(digest, bytes: length)
        do {
            while let part = try await requests.next(isolation: #isolation) {
                switch part {
                case .body(let buffer):
                    try await host.diskThreads.runIfActive {
                        try buffer.withUnsafeReadableBytes { try writer.append($0) }
                    }
                case .end:
                    try await host.diskThreads.runIfActive {
                        try writer.finish(expecting: digest, size: length)
                    }
                    return
                case .head:
                    throw HearthError(.invalidRequest, "A request began before the one before it ended.")
                }
            }
            throw ChannelError.inputClosed
        } catch {
            writer.cancel()
            throw error
        }
    }

    /// Sends the last lines of a function's log, and then, while the client stays, what is added. Ends the
    /// connection.
    func serveLogs(
        _ function: FunctionID, follow: Bool, lines: Int, _ id: String, _ requests: inout Requests,
        _ outbound: Responses
    ) async throws {
        guard host.functions(of: function.tenant).contains(where: { $0.name == function.name }) else {
            throw HearthError.functionUnknown(function.name)
        }
        let tail = try LogSource(function, host.logs)
        let headers = HTTPHeaders([
            ("content-type", "text/plain; charset=utf-8"), ("transfer-encoding", "chunked"),
            ("x-request-id", id),
            ("connection", "close"),
        ])
        try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)))
        guard follow else {
            try await send(tail, lines: lines, outbound)
            try await outbound.write(.end(nil))
            // Closing would drop what the client has not read yet. It was told to close, and does when it has it all.
            while try await requests.next(isolation: #isolation) != nil {}
            return
        }
        // Whoever follows is gone when nothing more can be read from it; while there is nothing to write,
        // only this tells.
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await send(tail, lines: lines, following: true, outbound) }
            while let part = try await requests.next(isolation: #isolation) {
                if case .head = part { break }
            }
            tasks.cancelAll()
        }
    }

    private func send(
        _ tail: LogSource, lines: Int, following: Bool = false, _ outbound: Responses
    ) async throws {
        var text = try await host.diskThreads.runIfActive { tail.last(lines) }
        while true {
            if !text.isEmpty { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: text)))) }
            guard following else { return }
            do {
                try await Task.sleep(for: .milliseconds(200))
            } catch {
                return
            }
            text = try await host.diskThreads.runIfActive { tail.more() }
        }
    }

    func send(
        _ status: HTTPResponseStatus, _ body: Data, _ id: String, close: Bool, _ outbound: Responses
    ) async throws {
        var headers = HTTPHeaders([
            ("content-type", "application/json"), ("content-length", String(body.count)),
            ("x-request-id", id),
        ])
        if close { headers.add(name: "connection", value: "close") }
        try await outbound.write(contentsOf: [
            .head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)),
            .body(.byteBuffer(ByteBuffer(bytes: body))), .end(nil),
        ])
    }

    /// Reads on for a while, so that the client can finish sending and then read the answer; see
    /// `closeGently`.
    func discard(_ requests: inout Requests) async throws {
        var bytes = 0
        while bytes < 64 << 20, let part = try await requests.next(isolation: #isolation) {
            switch part {
            case .body(let buffer): bytes += buffer.readableBytes
            case .end, .head: return
            }
        }
    }
}
