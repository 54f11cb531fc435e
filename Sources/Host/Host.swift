public import Artifacts
public import FunctionTypes
import LinuxSystem
public import Logging
public import NIOCore
public import NIOPosix
import Registry
import Scheduling
import Synchronization
import WorkerProtocol

/// One host: what is deployed, where its files are, and who serves it.
///
/// Requests are resolved from a value in memory; whatever touches the disk runs on a thread of its own.
public final class Host: Sendable {
    struct Routes {
        var snapshot = RegistrySnapshot()
        var isReady = true
    }

    /// Runs the scheduler and its effects.
    public let dispatcher: Dispatcher
    /// The files of all revisions.
    public let blobs: BlobStore
    /// What workers wrote.
    public let logs: LogStore
    /// Threads for calls that block on the disk.
    public let diskThreads: NIOThreadPool
    let registry: Registry
    let uploads = UploadLeases()
    let routes = Mutex(Routes())
    /// Held from a change of the registry until it is routed by, so that an older state never replaces a
    /// newer one.
    let changes = Mutex(())
    let logger: Logger
    private let folder: StateFolder

    /// Opens the state, clears what a host that was killed left behind, and starts what is to be running.
    ///
    /// - Parameters:
    ///   - folder: the state; locked for this host.
    ///   - workerProgram: the native worker's path.
    ///   - timerLoop: runs timers.
    /// - Throws: `SystemError`; ``HearthError``.
    public init(
        folder: StateFolder, workerProgram: String, timerLoop: any EventLoop, logger: Logger
    ) throws {
        blobs = try BlobStore(root: folder.path)
        registry = try Registry(path: folder.registryPath)
        logs = LogStore(folder: folder.logFolder)
        diskThreads = NIOThreadPool(numberOfThreads: 2)
        dispatcher = try Dispatcher(
            configuration: DispatcherConfiguration(workerProgram: workerProgram, runFolder: folder.runFolder),
            logs: logs, timerLoop: timerLoop, logger: logger)
        self.logger = logger
        self.folder = folder
        diskThreads.start()
        try blobs.sweep(keeping: registry.referencedBlobs())
        try reloadRoutes()
        for function in routes.withLock({ Array($0.snapshot.functions.values) }) { prestart(function) }
    }

    /// Whether requests are admitted.
    public var isReady: Bool { routes.withLock { $0.isReady } }

    /// What a reference means now.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`, `.revisionUnknown`, `.conflict`.
    public func resolve(
        _ reference: FunctionReference, tenant: TenantID
    ) throws(HearthError) -> ResolvedFunction {
        let snapshot = routes.withLock { $0.snapshot }
        let resolution = try snapshot.resolve(reference, tenant: tenant)
        guard let target = resolution.targets.first,
            let revision = snapshot.functions[resolution.function]?.revisions[target.revision]
        else { preconditionFailure("a resolution names a revision of the same snapshot") }
        let isLive = snapshot.functions[resolution.function]?.live == revision.id
        return resolved(resolution.function, revision, isLive: isLive)
    }

    /// The functions of a tenant, by name.
    public func functions(of tenant: TenantID) -> [FunctionSummary] {
        let snapshot = routes.withLock { $0.snapshot }
        return snapshot.functions.values.filter { $0.id.tenant == tenant }.sorted { $0.id < $1.id }
            .map(FunctionSummary.init)
    }

    /// Lets every worker finish and end; nothing is admitted any more.
    public func shutDown() async {
        routes.withLock { $0.isReady = false }
        await dispatcher.shutDown()
        try? await diskThreads.shutdownGracefully()
    }

    /// - Parameter isLive: whether the revision is the one that `scaling.min` keeps a worker for.
    func resolved(_ id: FunctionID, _ revision: Revision, isLive: Bool = true) -> ResolvedFunction {
        guard let model = revision.modelFile else {
            preconditionFailure("a deployed gguf revision has its model among its files")
        }
        let manifest = revision.manifest
        let limits = manifest.limits
        return ResolvedFunction(
            target: WorkerTarget(
                key: RevisionKey(function: id, revision: revision.id),
                settings: RevisionSettings(
                    concurrency: manifest.scaling.concurrency, timeout: limits.timeout,
                    keepAlive: isLive && manifest.scaling.min > 0
                        ? nil : KeepAlive.duration(manifest.scaling.keepAlive)
                ),
                specification: WorkerSpecification(
                    function: id.description, revision: revision.id.description,
                    task: (manifest.task ?? .embed).rawValue, threads: limits.threads,
                    maxBody: limits.maxBody.bytes),
                modelPath: blobs.path(of: model.digest)),
            revision: revision.id, maxBody: limits.maxBody.bytes, timeout: limits.timeout)
    }

    func reloadRoutes() throws {
        let snapshot = try registry.snapshot()
        routes.withLock { $0.snapshot = snapshot }
    }

    func prestart(_ function: FunctionRecord) {
        guard function.liveRevision.manifest.scaling.min > 0 else { return }
        dispatcher.prestart(resolved(function.id, function.liveRevision).target)
    }
}
