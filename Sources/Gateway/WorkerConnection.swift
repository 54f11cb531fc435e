import NIOCore
import NIOHTTP1
import Scheduling

/// Whoever a worker's answer is for. All calls come on the connection's event loop.
protocol WorkerResponseReceiver: AnyObject {
    func workerAnswers(_ head: HTTPResponseHead)
    func workerSends(_ body: ByteBuffer)
    func workerFinishes()
    /// The connection ended before the answer did.
    func workerHangsUp()
    /// More of the request may be sent, or must wait.
    func workerWritabilityChanged()
    /// Whether the answer can be passed on as fast as it comes.
    var takesResponse: Bool { get }
}

/// A connection to a worker, used for one request at a time; lives on one event loop.
final class WorkerConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    let worker: WorkerID
    private let pool: WorkerConnections
    private weak var receiver: (any WorkerResponseReceiver)?
    private var context: ChannelHandlerContext?
    private var isRequestSent = false
    private var keepsAlive = false
    private var mustRead = false

    init(worker: WorkerID, pool: WorkerConnections) {
        self.worker = worker
        self.pool = pool
    }

    /// Takes the connection for one request.
    func lease(to receiver: any WorkerResponseReceiver) {
        self.receiver = receiver
        isRequestSent = false
        keepsAlive = false
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func send(_ head: HTTPRequestHead) { write(.head(head)) }

    func send(_ body: ByteBuffer) { write(.body(.byteBuffer(body))) }

    func sendEnd() {
        isRequestSent = true
        write(.end(nil))
        flush()
    }

    func flush() { context?.flush() }

    /// Gives up the request: whatever the worker still sends is for nobody.
    func abandon() {
        receiver = nil
        context?.close(promise: nil)
    }

    /// Reads on, after ``WorkerResponseReceiver/takesResponse`` became true.
    func resumeReading() {
        guard mustRead else { return }
        mustRead = false
        context?.read()
    }

    private func write(_ part: HTTPClientRequestPart) {
        guard let context else { return }
        context.write(wrapOutboundOut(part), promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func read(context: ChannelHandlerContext) {
        if let receiver, !receiver.takesResponse {
            mustRead = true
        } else {
            context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head) where head.status == .switchingProtocols:
            // Nobody asked for another protocol, and a client would wait for the answer proper.
            let receiver = self.receiver
            self.receiver = nil
            context.close(promise: nil)
            receiver?.workerHangsUp()
        case .head(let head):
            keepsAlive = head.isKeepAlive
            receiver?.workerAnswers(head)
        case .body(let body):
            receiver?.workerSends(body)
        case .end:
            let receiver = self.receiver
            self.receiver = nil
            if keepsAlive && isRequestSent {
                pool.put(self)
            } else {
                context.close(promise: nil)
            }
            receiver?.workerFinishes()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { receiver?.workerWritabilityChanged() }

    func channelInactive(context: ChannelHandlerContext) {
        pool.remove(self)
        let receiver = self.receiver
        self.receiver = nil
        receiver?.workerHangsUp()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
