import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The worker's HTTP/1.1 server on the inherited socket: one event loop for the bytes, one thread of its own
/// for the model, so that a long computation never delays an answer that is ready.
final class WorkerServer: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: any Channel] = [:]
        var running = 0
        var isDraining = false
        var drained: EventLoopPromise<Void>?
    }

    let service: EmbeddingService
    let computation: NIOThreadPool
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let state: Box

    /// Shared with the handlers, which exist before this object is complete.
    final class Box: Sendable {
        private let state = Mutex(State())

        func connected(_ channel: any Channel) {
            let mustClose = state.withLock { state in
                state.connections[ObjectIdentifier(channel)] = channel
                return state.isDraining
            }
            if mustClose { channel.close(promise: nil) }
        }

        func disconnected(_ channel: any Channel) {
            state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
        }

        func requestBegan() { state.withLock { $0.running += 1 } }

        /// Returns whether the connection is to be closed, because the worker drains.
        func requestEnded() -> Bool {
            let (isDraining, drained) = state.withLock { state in
                state.running -= 1
                return (state.isDraining, state.running == 0 ? state.drained : nil)
            }
            drained?.succeed()
            return isDraining
        }

        /// Succeeds the promise when no request runs any more.
        func drain(_ drained: EventLoopPromise<Void>) {
            let isIdle = state.withLock { state in
                state.isDraining = true
                state.drained = drained
                return state.running == 0
            }
            if isIdle { drained.succeed() }
        }

        /// What is still connected; nothing of it is in the middle of a request once drained.
        var connections: [any Channel] { state.withLock { Array($0.connections.values) } }
    }

    /// Calls again and again on the event loop, as long as that turns.
    func repeatOnLoop(every interval: Duration, _ body: @escaping @Sendable () -> Void) {
        let delay = TimeAmount.nanoseconds(Int64(interval / .nanoseconds(1)))
        group.next().scheduleRepeatedTask(initialDelay: delay, delay: delay) { _ in body() }
    }

    /// Serves from now on.
    ///
    /// - Parameter descriptor: a listening stream socket; this object owns it.
    /// - Throws: what NIO says when it cannot adopt the socket.
    init(listener descriptor: CInt, service: EmbeddingService) throws {
        self.service = service
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        computation = NIOThreadPool(numberOfThreads: 1)
        computation.start()
        let box = Box()
        state = box
        listener = try ServerBootstrap(group: group)
            .childChannelInitializer { [computation] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(
                        WorkerRequestHandler(service: service, computation: computation, state: box))
                }
            }
            .withBoundSocket(descriptor)
            .wait()
    }

    /// Stops accepting, finishes what runs, closes what is left. Blocks.
    func drain() throws {
        try listener.close().wait()
        let drained = group.next().makePromise(of: Void.self)
        state.drain(drained)
        try drained.futureResult.wait()
        for channel in state.connections { try? channel.close().wait() }
    }
}
