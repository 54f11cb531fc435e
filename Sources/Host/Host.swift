public import Activation
public import Artifacts
public import FunctionTypes
import LinuxSystem
import Sandbox
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
    let code: CodeFolders
    /// Folders of this machine that functions may ask to see.
    let directories: [String]
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
    ///   - starter: who starts workers.
    ///   - directories: folders of this machine that functions may ask to see, with all below.
    ///   - timerLoop: runs timers.
    ///   - onStarterEnd: called once, when the starter has ended; the host can start nothing any more.
    /// - Throws: `SystemError`; ``HearthError``.
    public init(
        folder: StateFolder, starter: StarterConnection, directories: [String], timerLoop: any EventLoop,
        logger: Logger, onStarterEnd: @escaping @Sendable () -> Void
    ) throws {
        blobs = try BlobStore(root: folder.path)
        registry = try Registry(path: folder.registryPath)
        code = try CodeFolders(root: folder.codeFolder, blobs: blobs)
        self.directories = directories
        logs = LogStore(folder: folder.logFolder, usesJournal: starter.kind == .systemd)
        diskThreads = NIOThreadPool(numberOfThreads: 2)
        dispatcher = try Dispatcher(
            configuration: DispatcherConfiguration(runFolder: folder.runFolder), starter: starter, logs: logs,
            timerLoop: timerLoop, logger: logger, onStarterEnd: onStarterEnd)
        self.logger = logger
        self.folder = folder
        diskThreads.start()
        try blobs.sweep(keeping: registry.referencedBlobs())
        try reloadRoutes()
        try makeCodeFolders()
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
                plan: SandboxPlan(revision, tenant: id.tenant, code: code.path(of: revision.id)),
                modelPath: revision.modelFile.map { blobs.path(of: $0.digest) }),
            revision: revision.id, maxBody: limits.maxBody.bytes, timeout: limits.timeout)
    }

    func reloadRoutes() throws {
        let snapshot = try registry.snapshot()
        routes.withLock { $0.snapshot = snapshot }
    }

    /// The revisions that are programs.
    var programs: [Revision] {
        let functions = routes.withLock { Array($0.snapshot.functions.values) }
        return functions.flatMap(\.revisions.values).filter { $0.manifest.runtime == .exec }
    }

    /// Makes what is missing and removes what nothing needs. A revision whose folder cannot be made fails when it is
    /// called, and says why.
    private func makeCodeFolders() throws {
        let programs = programs
        code.sweep(keeping: Set(programs.map(\.id)))
        for revision in programs { try code.make(revision) }
    }

    func prestart(_ function: FunctionRecord) {
        guard function.liveRevision.manifest.scaling.min > 0 else { return }
        dispatcher.prestart(resolved(function.id, function.liveRevision).target)
    }
}
