import Host
import NIOCore
import NIOHTTP1
import NIOPosix
import Scheduling

/// The connections of one event loop to the workers: those that are idle wait here for the next request.
final class WorkerConnections {
    private let eventLoop: any EventLoop
    private var idle: [WorkerID: [WorkerConnection]] = [:]

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Gives a connection to the worker: a used one at once where there is one, else a new one. The kernel
    /// accepts a new one immediately, because the socket listens already; the worker comes to it when it can.
    func connection(
        for dispatch: Dispatch, _ receive: @escaping (Result<WorkerConnection, any Error>) -> Void
    ) {
        if let connection = idle[dispatch.worker]?.popLast() { return receive(.success(connection)) }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let worker = dispatch.worker
        ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                    try pipeline.addHandler(WorkerConnection(worker: worker, pool: bound.value))
                }
            }
            .connect(unixDomainSocketPath: dispatch.socketPath)
            .assumeIsolated()
            .whenComplete { result in
                receive(
                    Result {
                        try result.get().pipeline.syncOperations.handler(type: WorkerConnection.self)
                    })
            }
    }

    func put(_ connection: WorkerConnection) { idle[connection.worker, default: []].append(connection) }

    func remove(_ connection: WorkerConnection) {
        guard var connections = idle[connection.worker] else { return }
        connections.removeAll { $0 === connection }
        idle[connection.worker] = connections.isEmpty ? nil : connections
    }
}
