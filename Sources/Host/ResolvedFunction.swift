public import FunctionTypes
import Registry

/// What a request was routed to.
public struct ResolvedFunction: Sendable {
    /// For the dispatcher.
    public var target: WorkerTarget
    /// The revision chosen.
    public var revision: RevisionID
    /// The most bytes that the body may have.
    public var maxBody: Int
    /// How long the request may take.
    public var timeout: Duration

    /// The timeout for timers that count nanoseconds.
    public var timeoutNanoseconds: Int64 {
        let (seconds, attoseconds) = timeout.components
        return seconds.multipliedReportingOverflow(by: 1_000_000_000).overflow
            ? .max : seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

/// A function as lists show it.
public struct FunctionSummary: Hashable, Sendable {
    /// The owner.
    public var tenant: TenantID
    /// The name.
    public var name: FunctionName
    /// The live revision.
    public var revision: RevisionID
    /// Its manifest.
    public var manifest: Manifest
    /// The bytes of all its files.
    public var bytes: Int
    /// When the function was deployed first, in milliseconds since 1970.
    public var createdMilliseconds: Int64
    /// How many revisions can be called.
    public var revisions: Int

    init(_ record: FunctionRecord) {
        tenant = record.id.tenant
        name = record.id.name
        revision = record.live
        manifest = record.liveRevision.manifest
        bytes = record.liveRevision.files.reduce(0) { $0 + $1.size }
        createdMilliseconds = record.created.milliseconds
        revisions = record.revisions.count
    }
}
