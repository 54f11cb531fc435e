import FunctionTypes
import Host
import Logging
import NIOCore
import NIOHTTP1
import Scheduling

/// One client connection: takes requests one after the other, and passes the bytes of each to its worker and
/// back.
///
/// Everything happens on the connection's event loop. In both directions no more is read than the other side
/// takes.
final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    let host: Host
    let connections: WorkerConnections
    let logger: Logger
    var context: ChannelHandlerContext?
    var exchange: Exchange?
    private var mustRead = false
    private var requests = 0

    init(host: Host, connections: WorkerConnections, logger: Logger) {
        self.host = host
        self.connections = connections
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head)
        case .body(let body): receive(body)
        case .end: completeRequest()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        exchange?.connection?.flush()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if exchange?.takesBody ?? true {
            context.read()
        } else {
            mustRead = true
        }
    }

    /// Reads on where reading had to wait.
    func resumeReading() {
        guard mustRead, exchange?.takesBody ?? true else { return }
        mustRead = false
        context?.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { exchange?.connection?.resumeReading() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        // Whoever is gone waits for nothing: the request leaves the queue and starts no worker.
        close(exchange)
        exchange = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, exchange?.isResponseStarted != true else {
            return context.close(promise: nil)
        }
        if exchange == nil || exchange?.phase == .answered {
            refuseUnparsable(error)
        } else {
            fail(.unparsable(error))
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        let now = HostClock.now()
        let id = RequestRules.requestID(head)
        requests += 1
        do throws(HearthError) {
            let route = try Route(method: head.method, uri: head.uri)
            var exchange = Exchange(serial: requests, head: head, id: id, route: route, now: now)
            self.exchange = exchange
            try RequestRules.check(head)
            exchange.tenant = try RequestRules.tenant(head)
            self.exchange = exchange
            if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
                write(.head(HTTPResponseHead(version: .http1_1, status: .continue)), flush: true)
            }
            if let reference = route.function {
                exchange.function = try host.resolve(reference, tenant: exchange.tenant)
                try exchange.checkBody(announced: RequestRules.contentLength(head))
                self.exchange = exchange
                admit()
            }
        } catch {
            let isOpenAI = head.uri.hasPrefix("/v1/embeddings") || head.uri.hasPrefix("/v1/models")
            if exchange?.serial != requests {
                exchange = Exchange(
                    serial: requests, head: head, id: id, route: isOpenAI ? .models : .health, now: now)
            }
            fail(error)
        }
    }

    private func receive(_ body: ByteBuffer) {
        guard exchange != nil else { return }
        exchange?.bodyBytes += body.readableBytes
        switch exchange?.phase {
        case .routing:
            exchange?.buffered.append(body)
            route(exchange?.scanner.append(body.readableBytesView))
        case .admitting, .connecting:
            exchange?.buffered.append(body)
        case .forwarding:
            exchange?.connection?.send(body)
        case .local, .answered, nil: return
        }
        do throws(HearthError) {
            if exchange?.phase != .answered { try exchange?.checkBody(announced: nil) }
        } catch {
            fail(error)
        }
    }

    private func completeRequest() {
        exchange?.isRequestComplete = true
        switch exchange?.phase {
        case .local: answerLocally()
        case .routing: route(exchange?.scanner.finish())
        case .forwarding: exchange?.connection?.sendEnd()
        case .admitting, .connecting, .answered, nil: return
        }
    }

    private func route(_ outcome: RoutingFieldScanner.Outcome?) {
        do throws(HearthError) {
            switch outcome {
            case .needsMore, nil: return
            case .absent(let cause):
                throw HearthError(
                    .invalidRequest, "The request does not say which function it is for: \(cause).",
                    remedy: "Set the field 'model' to the name of a function; GET /v1/models lists them.")
            case .found(let name):
                let tenant = exchange?.tenant ?? .default
                exchange?.function = try host.resolve(FunctionReference(name), tenant: tenant)
                if let head = exchange?.head {
                    try exchange?.checkBody(announced: RequestRules.contentLength(head))
                }
                admit()
            }
        } catch {
            fail(error, parameter: "model")
        }
    }
}
