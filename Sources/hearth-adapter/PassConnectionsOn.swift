import NIOCore
import NIOPosix

/// Accepts connections on an inherited socket and passes each on to a port of the loopback address.
///
/// A connection that comes before the program listens waits: its bytes stay in the kernel, and the port is tried again.
func passConnectionsOn(
    from listener: CInt, toPort port: Int, _ group: MultiThreadedEventLoopGroup
) -> EventLoopFuture<any Channel> {
    ServerBootstrap(group: group)
        .childChannelOption(.autoRead, value: false)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .childChannelInitializer { host in
            connect(host, toPort: port, after: .zero)
            return host.eventLoop.makeSucceededVoidFuture()
        }
        .withBoundSocket(listener)
}

/// How long to wait before the port is tried again; doubles up to the limit.
private let firstDelay = TimeAmount.milliseconds(2)
private let longestDelay = TimeAmount.milliseconds(50)

private func connect(_ host: any Channel, toPort port: Int, after delay: TimeAmount) {
    host.eventLoop.scheduleTask(in: delay) {
        guard host.isActive || delay == .zero else { return }
        ClientBootstrap(group: host.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(to: address(port))
            .whenComplete { result in
                switch result {
                case .success(let program): join(host, program)
                case .failure:
                    let next = delay == .zero ? firstDelay : min(delay * 2, longestDelay)
                    connect(host, toPort: port, after: next)
                }
            }
    }
}

private func address(_ port: Int) -> SocketAddress {
    do {
        return try SocketAddress(ipAddress: "127.0.0.1", port: port)
    } catch {
        preconditionFailure("127.0.0.1 is an address, and the port was checked")
    }
}

/// Both channels live on one event loop.
private func join(_ host: any Channel, _ program: any Channel) {
    let (one, other) = PassOnHandler.pair()
    do {
        try host.pipeline.syncOperations.addHandler(one)
        try program.pipeline.syncOperations.addHandler(other)
        host.read()
        program.read()
    } catch {
        host.close(promise: nil)
        program.close(promise: nil)
    }
}

/// Gives what one channel reads to the other to write, and reads on only when that has been written: so a slow reader on
/// one side slows the writer on the other, and nothing piles up here.
private final class PassOnHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private weak var partner: PassOnHandler?
    private var context: ChannelHandlerContext?

    static func pair() -> (PassOnHandler, PassOnHandler) {
        let (one, other) = (PassOnHandler(), PassOnHandler())
        one.partner = other
        other.partner = one
        return (one, other)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let target = partner?.context else { return context.close(promise: nil) }
        let source = context.channel
        target.writeAndFlush(data).whenComplete { result in
            if case .success = result { source.read() } else { source.close(promise: nil) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else {
            return context.fireUserInboundEventTriggered(event)
        }
        partner?.context?.close(mode: .output, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { partner?.context?.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
