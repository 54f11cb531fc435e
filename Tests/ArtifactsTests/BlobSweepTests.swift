import FunctionTypes
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Artifacts

@Suite struct BlobSweepTests {
    private let folder: TemporaryFolder
    private let store: BlobStore

    init() throws {
        folder = try TemporaryFolder()
        store = try BlobStore(root: folder.path)
    }

    @Test func aSweepRemovesWhatNobodyNeedsAndNothingElse() throws {
        let kept = try store.store([1])
        let loose = try store.store([2, 2])
        try folder.write([3], to: "blobs/sha256/aa/README")
        let report = try store.sweep(keeping: [kept, SHA256.digest(of: [99])])
        #expect(report == .init(incomingFiles: 0, blobs: 1, bytes: 2))
        #expect(try store.list() == [kept])
        #expect(try !store.contains(loose))
        #expect(try folder.names("blobs/sha256/aa") == ["README"])
        #expect(try store.sweep(keeping: [kept]) == .init())
    }

    @Test func aSweepAfterACrashRemovesLeftovers() throws {
        // What a killed writer leaves: a file in `incoming`, whole, partial or already linked under its name.
        try folder.write([UInt8](repeating: 0, count: 100), to: "incoming/abc")
        try folder.write([], to: "incoming/def")
        let digest = try store.store([5])
        link(store.path(of: digest), folder.path("incoming/linked"))
        let report = try store.sweep(keeping: [digest])
        #expect(report == .init(incomingFiles: 3, blobs: 0, bytes: 0))
        #expect(try folder.names("incoming") == [])
        try store.verify(digest)
    }

    @Test func aSweepLeavesLivingWritersAlone() throws {
        let writer = try store.writer(maximumBytes: 10)
        try writer.append([1])
        #expect(try store.sweep(keeping: []).incomingFiles == 0)
        let digest = try writer.finish()
        try store.verify(digest)
    }

    @Test func aSweepSparesWhatIsNewOrWasOfferedAgain() throws {
        let old = try store.store([1])
        let offered = try store.store([2])
        for digest in [old, offered] {
            var times = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
            utimensat(AT_FDCWD, store.path(of: digest), &times, 0)
        }
        try store.store([2])
        let new = try store.store([3])
        let report = try store.sweep(keeping: [], sparingNewerThan: UnixTime(milliseconds: 2_000_000))
        #expect(report.blobs == 1)
        #expect(try store.list() == [offered, new].sorted())
    }

    @Test func writersAndSweepsAtTheSameTimeLoseNothingThatIsKept() throws {
        let blobs = (0..<8).map { [UInt8](repeating: UInt8($0), count: 1000) }
        let kept = Set(blobs.map(SHA256.digest(of:)))
        let failures = Mutex<[String]>([])
        inThreads(4) { thread in
            do {
                for round in 0..<20 {
                    if thread == 0 {
                        try store.sweep(keeping: kept)
                    } else {
                        try store.store(blobs[(thread * 3 + round) % blobs.count])
                    }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(Set(try store.list()) == kept)
        for digest in kept { try store.verify(digest) }
    }
}
