import FunctionTypes
import Glibc
public import Host
import LinuxSystem
public import Logging
import NIOCore
import NIOHTTP1
public import NIOPosix
import Scheduling

/// The host's listeners: the public one, whose connections ``ExchangeHandler`` serves, and the control
/// socket.
public final class GatewayServer: Sendable {
    /// Where the public listener gets its socket.
    public enum Listener: Sendable {
        /// A new socket at the address.
        case address(ListenAddress)
        /// A socket that this process inherited; owned by the server from now on.
        case inherited(CInt)
    }

    /// Where the control API gets its socket.
    public enum Control: Sendable {
        /// A new socket at the path.
        case path(String)
        /// A socket that this process inherited; owned by the server from now on.
        case inherited(CInt)
    }

    private let listener: any Channel
    private let control:
        NIOAsyncChannel<NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, Never>
    private let host: Host
    private let startedAt = HostClock.now()
    private let version: String

    /// Binds or adopts the listeners; they queue connections from now on, and serve them from ``run()`` on.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest` where the public listener is not on loopback or the
    ///   address is taken;
    ///   `SystemError` where the control socket cannot be made.
    public init(
        host: Host, listener: Listener, control controlSocket: Control, version: String,
        group: MultiThreadedEventLoopGroup, logger: Logger
    ) async throws {
        self.host = host
        self.version = version
        let connections = try await Self.connections(group)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    guard let pool = connections[ObjectIdentifier(channel.eventLoop)] else {
                        preconditionFailure("every loop of the group has its connections")
                    }
                    try pipeline.addHandler(
                        ExchangeHandler(host: host, connections: pool.value, logger: logger))
                }
            }
        self.listener = try await Self.bind(listener, bootstrap)
        control = try await Self.bindControl(controlSocket, group)
    }

    /// Where requests are taken, as `host:port`.
    public var addresses: [String] {
        guard let address = listener.localAddress else { return [] }
        guard let ip = address.ipAddress, let port = address.port else { return [address.description] }
        return [ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"]
    }

    /// Serves the control socket until cancelled; the public listener serves by itself.
    public func run() async throws {
        let connection = ControlConnection(host: host) { [self] in describe() }
        try await withThrowingDiscardingTaskGroup { group in
            try await control.executeThenClose { connections in
                for try await channel in connections {
                    group.addTask {
                        // A client that hangs up in the middle concerns nobody else.
                        try? await channel.executeThenClose { try await connection.serve($0, $1) }
                    }
                }
            }
        }
    }

    /// Accepts no connection any more.
    public func stopAccepting() async { try? await listener.close() }

    private func describe() -> HostDescription {
        let uptime = (HostClock.now() - startedAt).components
        return HostDescription(
            version: version, pid: getpid(), listen: addresses,
            uptimeMilliseconds: uptime.seconds * 1000 + uptime.attoseconds / 1_000_000_000_000_000,
            ready: host.isReady)
    }

    private static func connections(
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> [ObjectIdentifier: NIOLoopBound<WorkerConnections>] {
        var connections: [ObjectIdentifier: NIOLoopBound<WorkerConnections>] = [:]
        for loop in group.makeIterator() {
            connections[ObjectIdentifier(loop)] = try await loop.submit {
                NIOLoopBound(WorkerConnections(eventLoop: loop), eventLoop: loop)
            }.get()
        }
        return connections
    }

    private static func bind(_ listener: Listener, _ bootstrap: ServerBootstrap) async throws -> any Channel {
        switch listener {
        case .address(let address):
            try address.requireLoopback()
            do {
                return try await bootstrap.bind(host: address.host, port: address.port).get()
            } catch {
                throw HearthError(
                    .invalidRequest, "The host cannot listen on \(address): \(error).",
                    remedy: "Stop what uses the port, or choose another with --listen.")
            }
        case .inherited(let descriptor):
            let channel = try await bootstrap.withBoundSocket(descriptor).get()
            guard let address = channel.localAddress, ListenAddress.isLoopback(address) else {
                let name = channel.localAddress?.description ?? "descriptor \(descriptor)"
                try? await channel.close()
                throw HearthError.notLoopback(name)
            }
            return channel
        }
    }

    private static func bindControl(
        _ control: Control, _ group: MultiThreadedEventLoopGroup
    ) async throws -> NIOAsyncChannel<NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, Never> {
        return try await ServerBootstrap(group: group)
            .bind(controlDescriptor(control)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
                    return try NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>(
                        wrappingChannelSynchronously: channel)
                }
            }
    }
}

extension GatewayServer {
    private static func controlDescriptor(_ control: Control) throws -> CInt {
        let path: String
        switch control {
        case .inherited(let descriptor): return descriptor
        case .path(let place): path = place
        }
        guard try !UnixSocket.isServed(path) else {
            throw HearthError(
                .conflict, "Another host serves the control socket \(path).",
                remedy: "Stop it, or choose another path with --control.")
        }
        // It has its mode before anybody can connect: whoever may open it may do everything.
        return try UnixSocket.listen(path: path, mode: 0o600).release()
    }
}

extension HearthError {
    static func notLoopback(_ address: String) -> HearthError {
        HearthError(
            .invalidRequest,
            "The host refuses to listen on \(address): it is reachable from other machines, and no keys are set up.",
            remedy: "Listen on 127.0.0.1 or ::1, and put a proxy that authenticates in front of it.")
    }
}
