public import Artifacts
public import Bundles
public import FunctionTypes
import Glibc
import NIOCore
import NIOPosix
import Registry
import Scheduling
import Synchronization

extension Host {
    /// Tells which of these blobs must be uploaded. Those that need not are kept for the deploy that asks.
    ///
    /// - Throws: `SystemError`.
    public func missingBlobs(_ digests: [Digest]) async throws -> [Digest] {
        uploads.renew(digests, now: HostClock.now())
        return try await diskThreads.runIfActive { [blobs] in
            try digests.filter { try !blobs.contains($0) }
        }
    }

    /// Starts an upload; nothing is stored unless it is finished with the digest that it was announced with.
    ///
    /// - Parameter bytes: how many will come; more are refused.
    /// - Throws: `SystemError`.
    public func upload(_ digest: Digest, bytes: Int) async throws -> BlobWriter {
        uploads.renew([digest], now: HostClock.now())
        return try await diskThreads.runIfActive { [blobs] in try blobs.writer(maximumBytes: bytes) }
    }

    /// Makes a revision live: its blobs must be here, a worker must be able to load its model, and then one
    /// transaction makes it visible. Requests that come from now on go to it; workers of the revision before
    /// finish what they have.
    ///
    /// - Throws: ``HearthError`` `.invalidManifest`, `.invalidModel`, `.blobMissing`, `.invalidRequest`;
    ///   `SystemError`.
    public func deploy(_ request: DeployRequest, tenant: TenantID) async throws -> DeployAnswer {
        let revision = try request.revision()
        uploads.renew(revision.files.map(\.digest), now: HostClock.now())
        let id = FunctionID(tenant: tenant, name: revision.manifest.name)
        try await diskThreads.runIfActive { [blobs] in
            for file in revision.files {
                guard let size = try blobs.size(of: file.digest) else {
                    throw HearthError(
                        .blobMissing, "The file '\(file.path)' is not stored: \(file.digest).",
                        remedy: "Upload it, then deploy again.")
                }
                guard size == file.size else {
                    throw HearthError(
                        .invalidRequest,
                        "The file '\(file.path)' has \(size) bytes, and the request says \(file.size).",
                        remedy: "Deploy the bundle again.")
                }
            }
        }
        // What is deployed already was validated when it was.
        let isKnown = routes.withLock { $0.snapshot.functions[id]?.revisions[revision.id] != nil }
        if !isKnown { try await prepare(id, revision) }
        let outcome = try await change { [registry, blobs] in
            // Whoever reaches the control socket is the operator, who makes a tenant by deploying for it.
            try registry.addTenant(tenant, now: Self.now())
            return try registry.deploy(
                revision, manifestText: request.manifest, tenant: tenant, now: Self.now(),
                blobExists: blobs.contains)
        }
        // A sweep that did not know of the revision yet may have taken its folder.
        if revision.manifest.runtime == .exec {
            try await diskThreads.runIfActive { [code] in try code.make(revision) }
        }
        uploads.end(revision.files.map(\.digest))
        return answer(outcome)
    }

    /// Has a model judged, or makes a program's folder.
    private func prepare(_ id: FunctionID, _ revision: Revision) async throws {
        guard revision.manifest.runtime == .exec else {
            return try await dispatcher.validate(resolved(id, revision).target)
        }
        try checkDirectories(revision.manifest)
        try await diskThreads.runIfActive { [code] in try code.make(revision) }
    }

    private func checkDirectories(_ manifest: Manifest) throws(HearthError) {
        for directory in manifest.directories.map(\.rawValue) {
            guard directories.contains(where: { directory == $0 || directory.hasPrefix($0 + "/") }) else {
                throw HearthError(
                    .invalidManifest,
                    "The function '\(manifest.name)' wants to see the directory \(directory), which this host does not show.",
                    remedy:
                        "It shows \(directories.joined(separator: ", ")) and what is below; whoever runs the host can add "
                        + "others with --directory.")
            }
            guard access("\(directory)/.", F_OK) == 0 else {
                throw HearthError(
                    .invalidManifest,
                    "The function '\(manifest.name)' wants to see \(directory), which is no directory of this host.",
                    remedy: "Check the path, or install what belongs there.")
            }
        }
    }

    /// Makes the revision live again that was live before.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`, `.conflict`.
    public func rollback(_ id: FunctionID) async throws -> DeployAnswer {
        answer(try await change { [registry] in try registry.rollback(id, now: Self.now()) })
    }

    /// Removes a function, lets its workers finish, and deletes the files that nothing else needs.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`; `SystemError`.
    public func remove(_ id: FunctionID) async throws {
        try await diskThreads.runIfActive { [self] in
            try changes.withLock { _ in
                try registry.remove(id)
                try reloadRoutes()
            }
            dispatcher.revisionsChanged(id, routed: [])
            logs.remove(id)
            code.sweep(keeping: Set(programs.map(\.id)))
            let kept = try registry.referencedBlobs().union(uploads.current(now: HostClock.now()))
            try blobs.sweep(keeping: kept)
        }
    }

    private func change(
        _ body: @escaping @Sendable () throws -> DeployOutcome
    ) async throws -> DeployOutcome {
        try await diskThreads.runIfActive { [self] in
            let outcome = try changes.withLock { _ in
                let outcome = try body()
                try reloadRoutes()
                return outcome
            }
            let record = routes.withLock { $0.snapshot.functions[outcome.function] }
            if let record {
                let routed = Set(record.aliases.values.flatMap { $0.map(\.revision) })
                dispatcher.revisionsChanged(outcome.function, routed: routed)
                prestart(record)
            }
            return outcome
        }
    }

    private func answer(_ outcome: DeployOutcome) -> DeployAnswer {
        DeployAnswer(
            function: outcome.function.name, revision: outcome.revision, created: outcome.change == .created,
            changed: outcome.change != .unchanged, previous: outcome.previous)
    }

    private static func now() -> UnixTime { UnixTime(milliseconds: HostClock.unixMilliseconds()) }
}
