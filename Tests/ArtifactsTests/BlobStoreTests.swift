import Artifacts
import FunctionTypes
import Glibc
import LinuxSystem

import TestSupport
import Testing

@Suite struct BlobStoreTests {
    private let folder: TemporaryFolder
    private let store: BlobStore

    init() throws {
        folder = try TemporaryFolder()
        store = try BlobStore(root: folder.path("deep/store"))
    }

    @Test func aBlobHasItsDigestAsNameItsBytesAndNoWriter() throws {
        let bytes = Array("hello".utf8)
        let digest = try store.store(bytes)
        #expect(digest == SHA256.digest(of: bytes))
        #expect(
            store.path(of: digest)
                == folder.path("deep/store/blobs/sha256/\(digest.hex.prefix(2))/\(digest.hex)"))
        var status = stat()
        #expect(stat(store.path(of: digest), &status) == 0)
        #expect(status.st_mode == S_IFREG | 0o444)
        #expect(try store.contains(digest))
        #expect(try store.size(of: digest) == 5)
        #expect(try store.contents(digest) == bytes)
        #expect(try store.list() == [digest])
        #expect(try folder.names("deep/store/incoming") == [])
        try store.verify(digest)
    }

    @Test func foldersAreOfTheOwnerAlone() throws {
        for path in ["deep/store", "deep/store/incoming", "deep/store/blobs/sha256/ff"] {
            var status = stat()
            #expect(stat(folder.path(path), &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
        }
    }

    @Test func piecesOfAnySizeMakeTheSameBlob() throws {
        var generator = SeededGenerator()
        let piece = 8 << 20
        for size in [0, 1, 4095, piece - 1, piece, piece + 1, 2 * piece + 12345] {
            var bytes = [UInt8](repeating: 0, count: size)
            for position in stride(from: 0, to: size, by: 97) {
                bytes[position] = UInt8.random(in: 0...255, using: &generator)
            }
            let writer = try store.writer(maximumBytes: size)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...(3 << 20), using: &generator)
                try writer.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(writer.count == size)
            let digest = try writer.finish()
            #expect(digest == SHA256.digest(of: bytes), "\(generator)")
            let same = try store.contents(digest) == bytes
            #expect(same, "\(size) bytes, \(generator)")
        }
    }

    @Test func whatIsMissingIsToldByDigest() throws {
        let absent = SHA256.digest(of: [1, 2, 3])
        #expect(try !store.contains(absent))
        #expect(try store.size(of: absent) == nil)
        #expect(try !store.remove(absent))
        let error = #expect(throws: HearthError.self) { _ = try store.open(absent).number }
        #expect(error?.code == .blobMissing)
        #expect(error?.message.contains(absent.description) == true)
    }

    @Test func aRemovedBlobIsGoneButStaysMappedWhereItIs() throws {
        let digest = try store.store([1, 2, 3])
        let mapped = try MappedFile(store.open(digest))
        #expect(try store.remove(digest))
        #expect(try !store.contains(digest))
        #expect(withExtendedLifetime(mapped) { Array($0.bytes) } == [1, 2, 3])
    }

    @Test func aDamagedBlobIsFoundAndReplacedByTheNextUpload() throws {
        let digest = try store.store([1, 2, 3])
        let path = store.path(of: digest)
        unlink(path)
        try folder.write([1, 2], to: "deep/store/blobs/sha256/\(digest.hex.prefix(2))/\(digest.hex)")
        let error = #expect(throws: HearthError.self) { try store.verify(digest) }
        #expect(error?.message.contains(path) == true)
        try store.store([1, 2, 3])
        try store.verify(digest)
    }

    @Test func anotherStoreOnTheSameFolderSeesTheSameBlobs() throws {
        let digest = try store.store([9])
        #expect(try BlobStore(root: store.root).contains(digest))
    }

    @Test func aFileInTheWayIsAnErrorThatNamesIt() throws {
        let path = try folder.write([], to: "file")
        let error = #expect(throws: SystemError.self) { try BlobStore(root: path + "/store") }
        #expect(error?.code == ENOTDIR)
        #expect(error?.subject.hasPrefix(path) == true)
        #expect(throws: SystemError.self) { try BlobStore(root: path) }
    }
}
