public import Artifacts
public import Bundles
public import FunctionTypes
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
        if !isKnown {
            let target = resolved(id, revision).target
            try await dispatcher.validate(modelPath: target.modelPath, specification: target.specification)
        }
        let outcome = try await change { [registry, blobs] in
            try registry.deploy(
                revision, manifestText: request.manifest, tenant: tenant, now: Self.now(),
                blobExists: blobs.contains)
        }
        uploads.end(revision.files.map(\.digest))
        return answer(outcome)
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
