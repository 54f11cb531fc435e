import Activation
import ArgumentParser
import Dispatch
import FoundationEssentials
import FunctionTypes
import Gateway
import Glibc
import Host
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import Synchronization
import WorkerProtocol

/// `hearth serve`: runs a host until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run a host.",
        discussion: """
            Options override the configuration file, which overrides the defaults. A socket inherited by LISTEN_FDS takes \
            the place of --listen. SIGTERM lets workers finish and ends the host.
            """)

    @Option(help: "Address and port to take requests on (default: 127.0.0.1:8080).")
    var listen: String?

    @Option(
        help:
            "Folder for everything the host keeps (default: /var/lib/hearth for root, else ~/.local/state/hearth)."
    )
    var stateDir: String?

    @Option(help: "Path of the control socket (default: control.sock in the state folder).")
    var control: String?

    @Option(help: "The native worker's program (default: hearth-worker beside this program).")
    var worker: String?

    @Option(
        help:
            "Who starts workers: direct, systemd, unsandboxed, or auto: systemd for root on a machine with it, else direct."
    )
    var activation: String?

    @Option(help: "Who a host started as root becomes (default: hearth, else a number of its own).")
    var user: String?

    @Option(
        name: .customLong("directory"),
        help:
            "A folder of this machine that functions may see, beside those of the configuration; may be repeated."
    )
    var directories: [String] = []

    @Option(
        help:
            "End after so long without any call or worker, such as 10m; for hosts whose sockets systemd holds."
    )
    var idleExit: String?

    @Option(help: "A configuration file in YAML.")
    var config: String?

    func run() async throws {
        guard let (configuration, starter) = Self.beginning.withLock({ $0 }) else {
            preconditionFailure("the program hands its privileges over before it runs a command")
        }
        let address = try ListenAddress(configuration.listen)
        let inherited = try InheritedSockets()
        if inherited.listener == nil { try address.requireLoopback() }
        if configuration.idleExit != nil { try requireInherited(inherited) }
        // From here on a signal is kept until everything is there that it ends.
        let (signals, sources) = terminationSignals()
        defer { for source in sources { source.cancel() } }
        var logger = Logger(label: "hearth", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .info
        let folder = try StateFolder(path: configuration.stateFolder)
        let controlPath = configuration.control ?? folder.controlPath
        let group = MultiThreadedEventLoopGroup(numberOfThreads: min(System.coreCount, 4))
        let (starterEnd, starterEnded) = AsyncStream.makeStream(of: Void.self)
        let host = try Host(
            folder: folder, starter: starter, directories: configuration.directories, timerLoop: group.next(),
            logger: logger,
            onStarterEnd: { starterEnded.yield() })
        let server: GatewayServer
        do {
            server = try await GatewayServer(
                host: host, listener: inherited.listener.map { .inherited($0) } ?? .address(address),
                control: inherited.control.map { .inherited($0) } ?? .path(controlPath),
                version: Hearth.version, group: group, logger: logger)
        } catch {
            await host.shutDown()
            throw error
        }
        logger.info(
            "serving",
            metadata: [
                "listen": "\(server.addresses.joined(separator: ","))", "control": "\(controlPath)",
                "state": "\(configuration.stateFolder)", "activation": "\(starter.kind.rawValue)",
            ])
        notify { $0.isReady = true }
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await server.run() }
            tasks.addTask { for await _ in signals { return } }
            tasks.addTask {
                for await _ in starterEnd {
                    throw HearthError(.internalError, "The process that starts workers has ended.")
                }
            }
            if let patience = configuration.idleExit {
                tasks.addTask { [logger] in
                    try await host.untilIdle(for: patience)
                    logger.info("idle")
                }
            }
            try await tasks.next()
            logger.info("stopping")
            notify { $0.isStopping = true }
            await server.stopAccepting()
            await host.shutDown()
            tasks.cancelAll()
        }
        if inherited.control == nil { unlink(controlPath) }
    }

    /// The settings as the privileged beginning read them, and who starts workers; set by ``handOverPrivileges()``.
    private static let beginning = Mutex<(HostConfiguration, StarterConnection)?>(nil)

    /// What a host does first, while its process has one thread.
    func handOverPrivileges() throws {
        let configuration = try configuration()
        let starter = try HostPrivileges(configuration).handOver()
        Self.beginning.withLock { $0 = (configuration, starter) }
    }

    /// A host that ends by itself must be started again by whoever wants it.
    private func requireInherited(_ inherited: InheritedSockets) throws {
        guard inherited.listener != nil, inherited.control != nil else {
            throw HearthError(
                .invalidRequest, "The host may end when it is idle only where its sockets outlive it.",
                remedy: "Start it by hearth.socket, which holds both of them, or leave idleExit out.")
        }
    }

    private func configuration() throws -> HostConfiguration {
        var configuration = HostConfiguration(isRoot: geteuid() == 0) {
            getenv($0).map { String(cString: $0) }
        }
        if let config {
            guard let data = try? Data(contentsOf: URL(filePath: config)) else {
                throw HearthError(.invalidRequest, "The configuration file '\(config)' cannot be read.")
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                throw HearthError(.invalidRequest, "The configuration file '\(config)' is not UTF-8.")
            }
            try configuration.apply(HostConfigurationFile(yaml: text))
        }
        if let listen { configuration.listen = listen }
        if let stateDir { configuration.stateFolder = absolutePath(stateDir) }
        if let control { configuration.control = absolutePath(control) }
        if let worker { configuration.worker = absolutePath(worker) }
        if let activation { configuration.activation = try HostConfiguration.activation(activation) }
        if let user { configuration.user = user }
        if let idleExit { configuration.idleExit = try Duration(text: idleExit) }
        configuration.directories += directories.map(absolutePath)
        try configuration.validate()
        return configuration
    }

    private func notify(_ say: (inout WorkerMessage) -> Void) {
        guard let path = getenv("NOTIFY_SOCKET") else { return }
        var message = WorkerMessage()
        say(&message)
        try? UnixSocket.send(message.bytes, to: String(cString: path))
    }
}

/// A path that stays right wherever the process goes, in its one plain form.
func absolutePath(_ path: String) -> String {
    URL(filePath: path, relativeTo: .currentDirectory()).standardized.path
}

extension CommandLine {
    /// This program's file. The kernel's link is right even where `argv[0]` is not.
    static var executablePath: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
        }
        return length > 0 ? String(decoding: buffer.prefix(length), as: UTF8.self) : arguments[0]
    }
}
