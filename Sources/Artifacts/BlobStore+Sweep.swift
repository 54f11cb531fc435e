public import FunctionTypes
import Glibc
import LinuxSystem

extension BlobStore {
    /// What a sweep removed.
    public struct SweepReport: Hashable, Sendable {
        /// How many leftovers of interrupted writes.
        public var incomingFiles = 0
        /// How many blobs.
        public var blobs = 0
        /// How many bytes the blobs had.
        public var bytes = 0
    }

    /// The digests of all blobs, ascending.
    ///
    /// - Throws: ``SystemError``.
    public func list() throws -> [Digest] {
        var digests: [Digest] = []
        for prefix in 0...255 {
            let names = try DirectoryListing.names(in: "\(self.digests)/\(twoDigits(prefix))")
            // Whatever is not named like a blob was not put here by this store, and is left alone.
            digests += names.compactMap { Digest(hex: $0.utf8) }
        }
        return digests.sorted()
    }

    /// Removes a blob; false where the store lacked it. Whoever has it open or mapped keeps its bytes.
    ///
    /// - Throws: ``SystemError``.
    @discardableResult
    public func remove(_ digest: Digest) throws -> Bool {
        if unlink(path(of: digest)) == 0 { return true }
        if errno == ENOENT { return false }
        throw SystemError.last("remove the blob", path(of: digest))
    }

    /// Removes what nobody needs: leftovers of interrupted writes, and blobs outside `keeping`.
    ///
    /// Files that a living writer of any process holds are left alone. A blob that was stored for a deploy
    /// which is still under way looks unreferenced, so a running host passes `sparingNewerThan` (an hour ago,
    /// say), and makes sure that no deploy commits between reading the references and the end of the sweep.
    ///
    /// - Parameters:
    ///   - keeping: the blobs that are referenced.
    ///   - sparingNewerThan: unreferenced blobs stored, or offered again, after this instant stay.
    /// - Throws: ``SystemError``.
    @discardableResult
    public func sweep(
        keeping: Set<Digest>, sparingNewerThan limit: UnixTime = UnixTime(milliseconds: .max)
    ) throws -> SweepReport {
        var report = SweepReport()
        for name in try DirectoryListing.names(in: incoming) {
            if try LockedFile.removeLeftover("\(incoming)/\(name)") { report.incomingFiles += 1 }
        }
        for digest in try list() where !keeping.contains(digest) {
            var status = stat()
            guard stat(path(of: digest), &status) == 0 else { continue }
            let modified = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
            guard modified <= limit.milliseconds else { continue }
            if try remove(digest) {
                report.blobs += 1
                report.bytes += Int(status.st_size)
            }
        }
        return report
    }
}
