import FunctionTypes
import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import Artifacts

@Suite struct BlobWriterTests {
    private let folder: TemporaryFolder
    private let store: BlobStore

    init() throws {
        folder = try TemporaryFolder()
        store = try BlobStore(root: folder.path)
    }

    private func expectNothingLeft() throws {
        #expect(try folder.names("incoming") == [])
        #expect(try store.list() == [])
    }

    @Test func otherBytesThanAnnouncedAreRefusedAndLeaveNothing() throws {
        let announced = SHA256.digest(of: [1, 2, 3])
        let writer = try store.writer(maximumBytes: 100)
        try writer.append([1, 2, 4])
        let error = #expect(throws: HearthError.self) { try writer.finish(expecting: announced, size: 3) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(announced.description) == true)
        #expect(error?.message.contains(SHA256.digest(of: [1, 2, 4]).description) == true)
        try expectNothingLeft()
    }

    @Test func anotherSizeThanAnnouncedIsRefusedAndLeavesNothing() throws {
        let digest = SHA256.digest(of: [1, 2, 3])
        for (bytes, size) in [([1, 2, 3], 4), ([1, 2, 3], 2), ([], 3)] as [([UInt8], Int)] {
            let writer = try store.writer(maximumBytes: 100)
            try writer.append(bytes)
            let error = #expect(throws: HearthError.self) { try writer.finish(expecting: digest, size: size) }
            #expect(error?.message.contains("\(bytes.count) bytes, but \(size) were announced") == true)
        }
        try expectNothingLeft()
    }

    @Test func moreThanTheLimitIsRefusedAndLeavesNothing() throws {
        let writer = try store.writer(maximumBytes: 5)
        try writer.append([1, 2, 3, 4, 5])
        let error = #expect(throws: HearthError.self) { try writer.append([6]) }
        #expect(error?.code == .payloadTooLarge)
        #expect(error?.status == 413)
        try expectNothingLeft()
        let later = #expect(throws: HearthError.self) { try writer.append([]) }
        #expect(later?.code == .conflict)
        #expect(throws: HearthError.self) { try writer.finish() }
    }

    @Test func anUploadThatIsLetGoOrCancelledLeavesNothing() throws {
        do {
            let writer = try store.writer(maximumBytes: 100)
            try writer.append([1])
            #expect(try folder.names("incoming").count == 1)
        }
        let writer = try store.writer(maximumBytes: 100)
        writer.cancel()
        #expect(throws: HearthError.self) { try writer.append([1]) }
        try expectNothingLeft()
    }

    @Test func writesAreOfEightMebibytesAtMultiplesOfThem() throws {
        let writes = Mutex<[(offset: Int, count: Int, aligned: Bool)]>([])
        let recording = FileOperations(
            write: { descriptor, bytes, offset, path in
                let isAligned = UInt(bitPattern: bytes.baseAddress) % 4096 == 0
                writes.withLock { $0.append((offset, bytes.count, isAligned)) }
                return try FileOperations.system.write(descriptor, bytes, offset, path)
            }, sync: FileOperations.system.sync)
        let store = try BlobStore(root: folder.path, operations: recording)
        let writer = try store.writer(maximumBytes: 100 << 20)
        for _ in 0..<5 { try writer.append([UInt8](repeating: 3, count: 5 << 20)) }
        _ = try writer.finish()
        let seen = writes.withLock { $0 }
        #expect(seen.map(\.offset) == [0, 8 << 20, 16 << 20, 24 << 20])
        #expect(seen.map(\.count) == [8 << 20, 8 << 20, 8 << 20, 1 << 20])
        #expect(seen.allSatisfy { $0.aligned })
    }

    @Test func shortWritesAreContinuedWhereTheyEnded() throws {
        let short = FileOperations(
            write: { descriptor, bytes, offset, path in
                let some = UnsafeRawBufferPointer(rebasing: bytes.prefix(max(1, bytes.count / 3)))
                return try FileOperations.system.write(descriptor, some, offset, path)
            }, sync: FileOperations.system.sync)
        let store = try BlobStore(root: folder.path, operations: short)
        let bytes = (0..<(9 << 20)).map { UInt8(truncatingIfNeeded: $0 / 31) }
        try store.verify(try store.store(bytes))
    }

    @Test func aFullDiskAndAFailedSyncLeaveNothing() throws {
        let full = FileOperations(
            write: { _, _, offset, path in
                if offset > 0 { throw SystemError("write to", path, code: ENOSPC) }
                return 4096
            }, sync: FileOperations.system.sync)
        let unsynced = FileOperations(
            write: FileOperations.system.write,
            sync: { _, path in throw SystemError("sync", path, code: EIO) })
        for (operations, code) in [(full, ENOSPC), (unsynced, EIO)] {
            let store = try BlobStore(root: folder.path, operations: operations)
            let error = #expect(throws: SystemError.self) {
                try store.store([UInt8](repeating: 1, count: 10000))
            }
            #expect(error?.code == code)
            #expect(error?.subject.contains("/incoming/") == true)
            try expectNothingLeft()
        }
    }

    @Test func aWriteThatWritesNothingIsAnErrorAndNoEndlessLoop() throws {
        let stuck = FileOperations(write: { _, _, _, _ in 0 }, sync: FileOperations.system.sync)
        let store = try BlobStore(root: folder.path, operations: stuck)
        #expect(throws: SystemError.self) { try store.store([1]) }
        try expectNothingLeft()
    }

    @Test func aFolderThatCannotBeWrittenIsAnErrorThatNamesIt() throws {
        rmdir(folder.path("incoming"))
        let error = #expect(throws: SystemError.self) { _ = try store.writer(maximumBytes: 1) }
        #expect(error?.code == ENOENT)
        #expect(error?.subject.contains(folder.path("incoming")) == true)
    }

    @Test(.disabled(if: geteuid() == 0, "root may write everywhere"))
    func aFolderWithoutPermissionIsAnErrorThatNamesIt() throws {
        chmod(folder.path("incoming"), 0o500)
        let error = #expect(throws: SystemError.self) { _ = try store.writer(maximumBytes: 1) }
        #expect(error?.code == EACCES)
    }

    @Test func theSameBlobTwiceKeepsTheFirstFile() throws {
        let digest = try store.store([1, 2, 3])
        var (first, second) = (stat(), stat())
        stat(store.path(of: digest), &first)
        try store.store([1, 2, 3])
        stat(store.path(of: digest), &second)
        #expect(first.st_ino == second.st_ino)
        #expect(try folder.names("incoming") == [])
    }

    @Test func manyWritersOfTheSameBlobsAllSucceed() throws {
        let blobs = (0..<4).map { [UInt8](repeating: UInt8($0), count: 100_000) }
        let failures = Mutex<[String]>([])
        inThreads(8) { thread in
            for round in 0..<10 {
                do {
                    try store.store(blobs[(thread + round) % blobs.count])
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try store.list() == blobs.map(SHA256.digest(of:)).sorted())
        for digest in try store.list() { try store.verify(digest) }
        #expect(try folder.names("incoming") == [])
    }
}
