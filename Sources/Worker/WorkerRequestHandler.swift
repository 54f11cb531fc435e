import FunctionTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import WorkerProtocol

/// One connection of the worker: collects a request, has it computed, writes the answer.
///
/// The pipeline lets one request in at a time. What arrives is checked here again although the host has
/// checked it: the socket is reachable by whoever the host's user is.
final class WorkerRequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let service: EmbeddingService
    private let computation: NIOThreadPool
    private let state: WorkerServer.Box
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false
    /// Whether the worker's drain waits for this connection.
    private var isCounted = false

    init(service: EmbeddingService, computation: NIOThreadPool, state: WorkerServer.Box) {
        self.service = service
        self.computation = computation
        self.state = state
    }

    func channelActive(context: ChannelHandlerContext) { state.connected(context.channel) }

    func channelInactive(context: ChannelHandlerContext) {
        state.disconnected(context.channel)
        _ = endRequest()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            state.requestBegan()
            isCounted = true
            self.head = head
            body.removeAll()
            isTooLarge = false
        case .body(let buffer):
            if body.count + buffer.readableBytes > service.specification.maxBody {
                isTooLarge = true
                body.removeAll()
            } else if !isTooLarge {
                body.append(contentsOf: buffer.readableBytesView)
            }
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, body, context)
            body = []
        }
    }

    private func answer(_ head: HTTPRequestHead, _ body: [UInt8], _ context: ChannelHandlerContext) {
        let request = WorkerRequest(
            head: head, body: isTooLarge ? nil : body, maxBody: service.specification.maxBody)
        let channel = context.channel
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let computed = computation.runIfActive(eventLoop: context.eventLoop) { [service] in
            // Whoever hung up while others were served is not worth the computation.
            channel.isActive ? request.answer(with: service) : nil
        }
        computed.whenComplete { result in
            let (handler, context) = loopBound.value
            if case .success(let response?) = result {
                handler.write(
                    response, isHead: request.head.method == .HEAD, keepAlive: request.head.isKeepAlive,
                    context)
            } else {
                context.close(promise: nil)
            }
        }
    }

    /// Returns whether the worker drains.
    private func endRequest() -> Bool {
        guard isCounted else { return false }
        isCounted = false
        return state.requestEnded()
    }

    private func write(
        _ response: WorkerResponse, isHead: Bool, keepAlive: Bool, _ context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders([
            ("content-type", "application/json"), ("content-length", String(response.body.count)),
        ])
        if let timing = response.serverTiming { headers.add(name: "server-timing", value: timing) }
        if !keepAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead {
            let buffer = context.channel.allocator.buffer(bytes: response.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        // Only what has been written has been answered: a drain waits for that.
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (handler, context) = loopBound.value
            if handler.endRequest() || !keepAlive { context.close(promise: nil) }
        }
    }
}
