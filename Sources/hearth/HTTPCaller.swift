import FunctionTypes
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Nothing answers where the host should be.
struct HostUnreachable: Error, CustomStringConvertible {
    let place: String
    let cause: String

    var description: String {
        "no host answers at \(place): \(cause)\n  Start one with `hearth serve`, or say where it is with --control or HEARTH_CONTROL."
    }
}

/// A connection to the host that sends one request after the other.
struct HTTPCaller: ~Copyable {
    typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// Where to connect.
    enum Place: Hashable, CustomStringConvertible {
        case unixSocket(String)
        case address(host: String, port: Int)

        var description: String {
            switch self {
            case .unixSocket(let path): path
            case .address(let host, let port): "\(host):\(port)"
            }
        }
    }

    /// The head of an answer; its body follows.
    struct Answer {
        var head: HTTPResponseHead
        var body: ByteBuffer
    }

    private let place: Place
    private let outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    private var inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator

    /// Connects, lends the caller, and closes the connection.
    static func with<Result>(
        _ place: Place, _ body: (inout HTTPCaller) async throws -> Result
    ) async throws -> Result {
        let channel = try await connect(place)
        return try await channel.executeThenClose { inbound, outbound in
            var caller = HTTPCaller(place: place, outbound: outbound, inbound: inbound.makeAsyncIterator())
            return try await body(&caller)
        }
    }

    private static func connect(_ place: Place) async throws -> Connection {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let initialize: @Sendable (any Channel) -> EventLoopFuture<Connection> = { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                return try Connection(wrappingChannelSynchronously: channel)
            }
        }
        do {
            switch place {
            case .unixSocket(let path):
                return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initialize)
            case .address(let host, let port):
                return try await bootstrap.connect(host: host, port: port, channelInitializer: initialize)
            }
        } catch {
            throw HostUnreachable(place: "\(place)", cause: Self.cause(of: error))
        }
    }

    private static func cause(of error: any Error) -> String {
        let system =
            error as? IOError ?? (error as? NIOConnectionError)?.connectionErrors.first?.error as? IOError
        return system.map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }

    /// Sends a request with a body that is in memory and returns the whole answer.
    mutating func call(
        _ method: HTTPMethod, _ uri: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) async throws -> Answer {
        try await send(method, uri, headers: headers, length: body.count)
        if !body.isEmpty { try await write(ByteBuffer(bytes: body)) }
        try await finish()
        return try await answer()
    }

    /// Sends the head of a request whose body follows by ``write(_:)``.
    mutating func send(
        _ method: HTTPMethod, _ uri: String, headers: [(String, String)] = [], length: Int
    ) async throws {
        var all = HTTPHeaders(headers)
        all.add(name: "host", value: "localhost")
        if length > 0 || method == .POST || method == .PUT {
            all.add(name: "content-length", value: String(length))
        }
        try await outbound.write(
            .head(HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: all)))
    }

    /// Sends more of the body.
    func write(_ buffer: ByteBuffer) async throws { try await outbound.write(.body(.byteBuffer(buffer))) }

    /// Ends the request.
    func finish() async throws { try await outbound.write(.end(nil)) }

    /// Waits for the whole answer.
    mutating func answer() async throws -> Answer {
        var body = ByteBuffer()
        let head = try await answer { body.writeImmutableBuffer($1) }
        return Answer(head: head, body: body)
    }

    /// Waits for the answer and hands out its body as it comes.
    mutating func answer(
        _ receive: (HTTPResponseHead, ByteBuffer) -> Void
    ) async throws -> HTTPResponseHead {
        var head: HTTPResponseHead?
        while let part = try await next() {
            switch part {
            case .head(let answer): head = answer
            case .body(let buffer): if let head { receive(head, buffer) }
            case .end:
                if let head { return head }
            }
        }
        throw HostUnreachable(place: "\(place)", cause: "the connection ended before the answer did")
    }

    /// Nil at the end of the connection, also where that comes in the middle of an answer.
    private mutating func next() async throws -> HTTPClientResponsePart? {
        do {
            return try await inbound.next(isolation: #isolation)
        } catch is HTTPParserError {
            return nil
        } catch is IOError {
            return nil
        }
    }
}
