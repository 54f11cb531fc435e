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

    @Option(help: "A configuration file in YAML.")
    var config: String?

    func run() async throws {
        let configuration = try configuration()
        let address = try ListenAddress(configuration.listen)
        let inherited = try inheritedListener()
        if inherited == nil { try address.requireLoopback() }
        let worker = try workerProgram(configuration)
        // From here on a signal is kept until everything is there that it ends.
        let (signals, sources) = terminationSignals()
        defer { for source in sources { source.cancel() } }
        var logger = Logger(label: "hearth", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .info
        let folder = try StateFolder(path: configuration.stateFolder)
        let controlPath = configuration.control ?? folder.controlPath
        let group = MultiThreadedEventLoopGroup(numberOfThreads: min(System.coreCount, 4))
        let host = try Host(folder: folder, workerProgram: worker, timerLoop: group.next(), logger: logger)
        let server: GatewayServer
        do {
            server = try await GatewayServer(
                host: host, listener: inherited.map { .inherited($0) } ?? .address(address),
                controlPath: controlPath, version: Hearth.version, group: group, logger: logger)
        } catch {
            await host.shutDown()
            throw error
        }
        logger.info(
            "serving",
            metadata: [
                "listen": "\(server.addresses.joined(separator: ","))", "control": "\(controlPath)",
                "state": "\(configuration.stateFolder)", "worker": "\(worker)",
            ])
        notify { $0.isReady = true }
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await server.run() }
            tasks.addTask { for await _ in signals { return } }
            try await tasks.next()
            logger.info("stopping")
            notify { $0.isStopping = true }
            await server.stopAccepting()
            await host.shutDown()
            tasks.cancelAll()
        }
        unlink(controlPath)
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
        try configuration.validate()
        return configuration
    }

    private func workerProgram(_ configuration: HostConfiguration) throws -> String {
        let beside =
            URL(filePath: CommandLine.executablePath).deletingLastPathComponent().path + "/hearth-worker"
        let path = configuration.worker ?? beside
        guard access(path, X_OK) == 0 else {
            throw HearthError(
                .invalidRequest, "The worker's program '\(path)' is not there or not executable.",
                remedy: "Build it with `make build`, or name it with --worker.")
        }
        return path
    }

    /// The socket that systemd, or whoever speaks its protocol, opened for this host.
    private func inheritedListener() throws -> CInt? {
        let inherited = try ListenEnvironment(
            lookup: { getenv($0).map { String(cString: $0) } }, processID: getpid())
        // They are this process's business alone, not its workers'.
        for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] { unsetenv(name) }
        guard inherited.entries.count <= 1 else {
            throw HearthError(
                .invalidRequest, "The host inherited \(inherited.entries.count) sockets, and takes one.",
                remedy: "Give it one listening socket.")
        }
        return inherited.entries.first?.number
    }

    private func notify(_ say: (inout WorkerMessage) -> Void) {
        guard let path = getenv("NOTIFY_SOCKET") else { return }
        var message = WorkerMessage()
        say(&message)
        try? UnixSocket.send(message.bytes, to: String(cString: path))
    }
}

/// A path that stays right wherever the process goes.
func absolutePath(_ path: String) -> String {
    path.hasPrefix("/") ? path : URL(filePath: path, relativeTo: .currentDirectory()).standardized.path
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

/// Yields when the process is asked to end, as long as the sources live.
private func terminationSignals() -> (AsyncStream<Int32>, [any DispatchSourceSignal]) {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let sources = [SIGTERM, SIGINT].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { continuation.yield(number) }
        source.resume()
        return source
    }
    return (stream, sources)
}
