import FunctionTypes
import Scheduling
import Synchronization

/// Blobs that a deploy in progress counts on: uploaded, or found here, but not yet part of a revision. They
/// are spared when the store is swept.
final class UploadLeases: Sendable {
    /// How long a deploy may take from its first blob to its end.
    static let duration: Duration = .seconds(3600)

    private let leases = Mutex<[Digest: Instant]>([:])

    func renew(_ digests: some Sequence<Digest>, now: Instant) {
        leases.withLock { leases in for digest in digests { leases[digest] = now + Self.duration } }
    }

    /// Says that a deploy is through with its blobs: from now on the registry alone tells whether they are
    /// needed. Another deploy that counted on one of them is told that it is missing, and uploads it again.
    func end(_ digests: some Sequence<Digest>) {
        leases.withLock { leases in for digest in digests { leases[digest] = nil } }
    }

    /// What is still counted on.
    func current(now: Instant) -> Set<Digest> {
        leases.withLock { leases in
            leases = leases.filter { $0.value > now }
            return Set(leases.keys)
        }
    }
}
