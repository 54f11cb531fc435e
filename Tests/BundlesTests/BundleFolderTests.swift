import Artifacts
import Bundles
import Foundation
import FunctionTypes
import TestSupport
import Testing

@Suite struct BundleFolderTests {
    private let folder: TemporaryFolder
    private let bundle: String
    private static let text = "name: f\nruntime: gguf\nmodel: weights/m.gguf\nsnapshot: {prompt: p.txt}\n"

    init() throws {
        folder = try TemporaryFolder()
        bundle = folder.path("bundle")
        try folder.write(Self.text.utf8, to: "bundle/function.yaml")
        try folder.write([UInt8](repeating: 7, count: 3_000_000), to: "bundle/weights/m.gguf")
        try folder.write("be kind".utf8, to: "bundle/p.txt")
        try folder.write("not named".utf8, to: "bundle/notes.txt")
    }

    private func expectFault(_ parts: String..., path: String? = nil) {
        let error = #expect(throws: HearthError.self) { try BundleFolder(path: path ?? bundle) }
        #expect(error?.code == .invalidManifest)
        for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
    }

    private func link(_ name: String, to target: String) throws {
        let path = folder.path("bundle/\(name)")
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    @Test func aBundleHasItsManifestAndTheFilesThatItNames() throws {
        let read = try BundleFolder(path: bundle + "/")
        #expect(read.manifestText == Self.text)
        #expect(read.manifest == (try ManifestReader.read(Self.text)))
        #expect(read.sources.map(\.path.rawValue) == ["p.txt", "weights/m.gguf"])
        #expect(read.sources.map(\.size) == [7, 3_000_000])
        #expect(read.totalBytes == 3_000_007)
    }

    @Test func filesAreDigestedWithProgress() throws {
        let read = try BundleFolder(path: bundle)
        var steps: [Int] = []
        let files = try read.digestFiles { done, total in
            #expect(total == 3_000_007)
            steps.append(done)
        }
        #expect(
            files.map(\.digest) == [
                SHA256.digest(of: Array("be kind".utf8)),
                SHA256.digest(of: [UInt8](repeating: 7, count: 3_000_000)),
            ])
        #expect(steps == steps.sorted() && steps.last == 3_000_007 && steps.count >= 4)
        #expect(try RevisionRecipe.revision(manifest: read.manifest, files: files).files == files)
    }

    @Test func aFileThatChangesMeanwhileIsAnError() throws {
        let read = try BundleFolder(path: bundle)
        try folder.write("be kind and brief".utf8, to: "bundle/p.txt")
        let error = #expect(throws: HearthError.self) { try read.digestFiles() }
        #expect(error?.message.contains("'p.txt' changed") == true)
    }

    @Test func whatIsMissingIsNamed() throws {
        expectFault("no/such", path: folder.path("no/such"))
        try FileManager.default.removeItem(atPath: bundle + "/p.txt")
        expectFault("'p.txt'")
        try FileManager.default.removeItem(atPath: bundle + "/function.yaml")
        expectFault("has no function.yaml")
    }

    @Test func aFolderInPlaceOfAFileIsRefused() throws {
        try FileManager.default.removeItem(atPath: bundle + "/p.txt")
        try folder.write([1], to: "bundle/p.txt/x")
        expectFault("'p.txt' is not a regular file")
    }

    @Test func linksWithinTheFolderAreFollowedAndOthersRefused() throws {
        try link("p.txt", to: "notes.txt")
        #expect(try BundleFolder(path: bundle).sources[0].size == 9)
        try folder.write("secret".utf8, to: "secret.txt")
        for target in ["../secret.txt", folder.path("secret.txt"), "/etc/passwd"] {
            try link("p.txt", to: target)
            expectFault("'p.txt'", "symbolic link that leaves it")
        }
        try link("p.txt", to: "p.txt")
        expectFault("'p.txt'")
    }

    @Test func aFolderBesideWithALongerNameIsOutside() throws {
        try folder.write("secret".utf8, to: "bundle-2/p.txt")
        try link("p.txt", to: "../bundle-2/p.txt")
        expectFault("'p.txt'", "symbolic link that leaves it")
    }

    @Test func aFolderBesideWithAnEquivalentNameIsOutside() throws {
        try folder.write("secret".utf8, to: "e\u{301}/p.txt")
        try folder.write("name: f\nruntime: gguf\nmodel: p.txt\n".utf8, to: "\u{e9}/function.yaml")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("\u{e9}/p.txt"), withDestinationPath: "../e\u{301}/p.txt")
        expectFault("'p.txt'", "symbolic link that leaves it", path: folder.path("\u{e9}"))
    }

    @Test func aLinkToTheFolderItselfIsFollowed() throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: bundle)
        #expect(try BundleFolder(path: folder.path("link")).sources.count == 2)
    }

    @Test func anEndlessManifestIsRefusedByItsSize() throws {
        try folder.write([UInt8](repeating: UInt8(ascii: "#"), count: 300_000), to: "bundle/function.yaml")
        expectFault("larger than 256KiB")
    }

    @Test func aModelFileAloneGetsAManifestOfDefaults() throws {
        let path = try folder.write("weights".utf8, to: "elsewhere/Some Model.GGUF")
        let read = try BundleFolder(ggufFile: path, name: FunctionName("minilm"))
        #expect(try ManifestReader.read(read.manifestText) == read.manifest)
        #expect(read.manifest.name.rawValue == "minilm")
        #expect(read.sources.map(\.path) == [try BundlePath("model.gguf")])
        #expect(try read.digestFiles().map(\.size) == [7])
        let error = #expect(throws: HearthError.self) {
            try BundleFolder(ggufFile: folder.path("elsewhere"), name: FunctionName("minilm"))
        }
        #expect(error?.message.contains("is not a regular file") == true)
    }
}
