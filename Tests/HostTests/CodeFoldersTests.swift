import Artifacts
import Foundation
import FunctionTypes
import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import Host

/// The folders in which programs find their files.
struct CodeFoldersTests {
    /// A store, and folders made of it.
    private struct Place {
        let temporary: TemporaryFolder
        let blobs: BlobStore
        let folders: CodeFolders

        init() throws {
            temporary = try TemporaryFolder()
            blobs = try BlobStore(root: temporary.path("store"))
            folders = try CodeFolders(root: temporary.path("code"), blobs: blobs)
        }

        /// A revision with these files, whose bytes are stored.
        func revision(_ number: UInt8, _ files: [(path: String, text: String, isExecutable: Bool)]) throws
            -> Revision
        {
            let bundle = try files.map { file in
                let bytes = Array(file.text.utf8)
                return BundleFile(
                    path: try BundlePath(file.path), digest: try blobs.store(bytes), size: bytes.count,
                    isExecutable: file.isExecutable)
            }
            return try revision(number, files: bundle)
        }

        func revision(_ number: UInt8, files: [BundleFile]) throws -> Revision {
            Revision(
                id: RevisionID(Digest(bytes: [UInt8](repeating: number, count: Digest.byteCount))),
                manifest: Manifest(name: try FunctionName("f"), runtime: .exec, command: ["./run"]),
                files: files.sorted { $0.path < $1.path })
        }

        /// The names in the folder of all code, ascending.
        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: temporary.path("code")).sorted()
        }

        func path(_ revision: Revision, _ file: String) -> String {
            "\(folders.path(of: revision.id))/\(file)"
        }
    }

    private func status(_ path: String) throws -> stat {
        var status = stat()
        try #require(stat(path, &status) == 0, "\(path) is not there")
        return status
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
    }

    @Test func filesAreTheBlobsUnderTheirOwnNames() throws {
        let place = try Place()
        let revision = try place.revision(
            1, [("model.bin", "weights", false), ("a/b/c/deep.txt", "deep", false), ("a/b/next", "n", false)])
        try place.folders.make(revision)
        for file in revision.files {
            let made = try status(place.path(revision, file.path.rawValue))
            let blob = try status(place.blobs.path(of: file.digest))
            #expect(made.st_ino == blob.st_ino && made.st_dev == blob.st_dev, "\(file.path) costs no space")
            #expect(made.st_mode & 0o7777 == 0o444)
        }
        #expect(try text(place.path(revision, "a/b/c/deep.txt")) == "deep")
        for folder in ["", "a", "a/b", "a/b/c"] {
            // Workers have other users.
            #expect(try status(place.path(revision, folder)).st_mode & 0o555 == 0o555, "\(folder)")
        }
    }

    @Test func whatIsToBeExecutedIsACopy() throws {
        let place = try Place()
        let long = String(repeating: "0123456789", count: 30_000)
        let revision = try place.revision(
            1, [("run", "#!/bin/sh\n", true), ("bin/long", long, true), ("empty", "", true)])
        try place.folders.make(revision)
        for file in revision.files {
            let made = try status(place.path(revision, file.path.rawValue))
            let blob = try status(place.blobs.path(of: file.digest))
            #expect(made.st_ino != blob.st_ino)
            #expect(made.st_mode & 0o7777 == 0o555)
            #expect(blob.st_mode & 0o7777 == 0o444, "the blob itself stays what it was")
        }
        #expect(try text(place.path(revision, "bin/long")) == long)
        #expect(try text(place.path(revision, "empty")) == "")
    }

    @Test func oneBlobCanBeBothAndTwice() throws {
        let place = try Place()
        let revision = try place.revision(
            1, [("a", "same", false), ("b", "same", true), ("c", "same", false)])
        try place.folders.make(revision)
        let inodes = try ["a", "b", "c"].map { try status(place.path(revision, $0)).st_ino }
        #expect(inodes[0] == inodes[2] && inodes[0] != inodes[1])
    }

    @Test func makingTwiceChangesNothing() throws {
        let place = try Place()
        let revision = try place.revision(1, [("run", "x", true)])
        try place.folders.make(revision)
        let before = try status(place.path(revision, "run"))
        try place.folders.make(revision)
        let after = try status(place.path(revision, "run"))
        #expect(before.st_ino == after.st_ino)
        #expect(try place.names() == [revision.id.description])
    }

    @Test(arguments: [false, true]) func aMissingBlobIsAnErrorAndLeavesNothing(isExecutable: Bool) throws {
        let place = try Place()
        let stored = try place.revision(1, [("a", "there", false)])
        let missing = BundleFile(
            path: try BundlePath("sub/z"), digest: SHA256.digest(of: Array("not stored".utf8)), size: 10,
            isExecutable: isExecutable)
        let revision = try place.revision(2, files: stored.files + [missing])
        let error = #expect(throws: SystemError.self) { try place.folders.make(revision) }
        #expect(error?.code == ENOENT)
        #expect(try place.names() == [])
        // When the blob has come, the folder can be made.
        _ = try place.blobs.store(Array("not stored".utf8))
        try place.folders.make(revision)
        #expect(try text(place.path(revision, "sub/z")) == "not stored")
    }

    @Test func aSweepKeepsWhatIsNamedAndRemovesTheRest() throws {
        let place = try Place()
        let revisions = try (1...4 as ClosedRange<UInt8>).map { number in
            try place.revision(number, [("a/b", "\(number)", false), ("run", "\(number)", true)])
        }
        for revision in revisions { try place.folders.make(revision) }
        // What a host that was killed left of its work.
        try place.temporary.write([1], to: "code/\(revisions[0].id).123/a/b")
        try place.temporary.write([1], to: "code/.hidden")
        // A link leads out of the folder, and what is there is nobody's to remove.
        try place.temporary.write([1], to: "elsewhere/precious")
        symlink(place.temporary.path("elsewhere"), place.temporary.path("code/link"))
        place.folders.sweep(keeping: [revisions[0].id, revisions[2].id])
        #expect(try place.names() == [revisions[0].id.description, revisions[2].id.description])
        #expect(try text(place.path(revisions[0], "a/b")) == "1")
        #expect(try text(place.temporary.path("elsewhere/precious")) == "\u{1}")
        for revision in revisions {
            for file in revision.files { #expect(try place.blobs.contains(file.digest)) }
        }
        place.folders.sweep(keeping: [])
        #expect(try place.names() == [])
        try place.folders.make(revisions[1])
        #expect(try text(place.path(revisions[1], "run")) == "2")
    }

    @Test func manyThatMakeTheSameFolderAgree() throws {
        let place = try Place()
        let revision = try place.revision(
            1, (0..<40).map { ("d\($0 % 5)/f\($0)", "text \($0)", $0 % 2 == 0) })
        let failures = EffectRecorder<String>()
        let group = DispatchGroup()
        for _ in 0..<8 {
            group.enter()
            Thread.detachNewThread {
                do { try place.folders.make(revision) } catch { failures.record("\(error)") }
                // Whoever comes back finds all of it.
                for file in revision.files
                where access("\(place.folders.path(of: revision.id))/\(file.path)", R_OK) != 0 {
                    failures.record("\(file.path) is missing")
                }
                group.leave()
            }
        }
        group.wait()
        #expect(failures.recorded == [])
        #expect(try place.names() == [revision.id.description])
    }

    @Test func aRevisionWithoutFilesHasAnEmptyFolder() throws {
        let place = try Place()
        let revision = try place.revision(1, [])
        try place.folders.make(revision)
        try place.folders.make(revision)
        #expect(try place.names() == [revision.id.description])
    }

    @Test func theFolderOfAllCodeMustBePossible() throws {
        let place = try Place()
        let root = place.temporary.path("none/code")
        let error = #expect(throws: SystemError.self) {
            _ = try CodeFolders(root: root, blobs: place.blobs)
        }
        #expect(error?.subject == root)
    }
}
