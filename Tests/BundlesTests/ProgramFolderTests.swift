import Bundles
import Foundation
import FunctionTypes
import Glibc
import TestSupport
import Testing

/// Bundles with the runtime `exec`, whose manifests name folders.
@Suite struct ProgramFolderTests {
    private let folder: TemporaryFolder
    private let bundle: String

    init() throws {
        folder = try TemporaryFolder()
        bundle = folder.path("bundle")
        try manifest("./app/serve", files: "app, data.txt")
        try folder.write("#!/bin/sh".utf8, to: "bundle/app/serve")
        try mode(0o755, "app/serve")
        try folder.write("".utf8, to: "bundle/app/pkg/__init__.py")
        try folder.write("hidden".utf8, to: "bundle/app/.hidden/.env")
        try folder.write("data".utf8, to: "bundle/data.txt")
        try folder.write("not named".utf8, to: "bundle/notes.txt")
    }

    private func manifest(_ command: String, files: String) throws {
        let text = "name: f\nruntime: exec\ncommand: [\(command)]\nfiles: [\(files)]\n"
        try folder.write(text.utf8, to: "bundle/function.yaml")
    }

    private func mode(_ mode: Int, _ name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(bundle)/\(name)")
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(bundle)/\(name)", withDestinationPath: target)
    }

    private func paths() throws -> [String] { try BundleFolder(path: bundle).sources.map(\.path.rawValue) }

    private func expectFault(_ parts: String...) {
        let error = #expect(throws: HearthError.self) { try BundleFolder(path: bundle) }
        #expect(error?.code == .invalidManifest)
        #expect(error?.remedy?.isEmpty == false)
        for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
    }

    @Test func aFolderStandsForEveryFileBelowIt() throws {
        let read = try BundleFolder(path: bundle)
        #expect(
            read.sources.map(\.path.rawValue) == [
                "app/.hidden/.env", "app/pkg/__init__.py", "app/serve", "data.txt",
            ])
        #expect(read.sources.map(\.size) == [6, 0, 9, 4])
        #expect(read.sources.map(\.isExecutable) == [false, false, true, false])
        let files = try read.digestFiles()
        #expect(files.map(\.isExecutable) == [false, false, true, false])
        #expect(try RevisionRecipe.revision(manifest: read.manifest, files: files).files == files)
    }

    @Test func theOwnersBitMakesAFileExecutable() throws {
        for (bits, isExecutable) in [(0o100, true), (0o700, true), (0o677, false), (0o644, false)] {
            try mode(bits, "data.txt")
            let source = try BundleFolder(path: bundle).sources.last
            #expect(source?.path.rawValue == "data.txt" && source?.isExecutable == isExecutable)
        }
    }

    @Test func theBitsOfAModelDoNotCount() throws {
        try folder.write("name: f\nruntime: gguf\nmodel: data.txt\n".utf8, to: "bundle/function.yaml")
        try mode(0o755, "data.txt")
        #expect(try BundleFolder(path: bundle).digestFiles().map(\.isExecutable) == [false])
        let alone = try BundleFolder(ggufFile: bundle + "/data.txt", name: FunctionName("f"))
        #expect(try alone.digestFiles().map(\.isExecutable) == [false])
    }

    @Test func whatIsNamedTwiceInPartIsThereOnce() throws {
        try manifest("./app/serve", files: "app/serve, app, app/pkg")
        #expect(try paths() == ["app/.hidden/.env", "app/pkg/__init__.py", "app/serve"])
    }

    @Test func aProgramWithoutFilesHasNone() throws {
        try folder.write("name: f\nruntime: exec\ncommand: [serve]\n".utf8, to: "bundle/function.yaml")
        #expect(try paths().isEmpty)
        #expect(try BundleFolder(path: bundle).digestFiles().isEmpty)
    }

    @Test func theProgramIsAnExecutableFile() throws {
        try mode(0o644, "app/serve")
        expectFault("'app/serve' of the bundle is not executable")
        try FileManager.default.removeItem(atPath: bundle + "/app/serve")
        expectFault("'app/serve', which command names, is not among the files")
    }

    @Test func whatIsMissingOrEmptyIsNamed() throws {
        try manifest("serve", files: "app, lib")
        expectFault("the file 'lib' of the bundle")
        try FileManager.default.createDirectory(
            atPath: bundle + "/lib/deep", withIntermediateDirectories: true)
        expectFault("The folder 'lib' of the bundle has no file in it")
    }

    @Test func linksWithinTheBundleAreFollowed() throws {
        try link("app/notes", to: "../notes.txt")
        try link("app/run", to: "serve")
        try folder.write("x".utf8, to: "bundle/shared/x.txt")
        try link("app/shared", to: "\(bundle)/shared")
        let sources = try BundleFolder(path: bundle).sources
        #expect(
            sources.map(\.path.rawValue) == [
                "app/.hidden/.env", "app/notes", "app/pkg/__init__.py", "app/run", "app/serve",
                "app/shared/x.txt",
                "data.txt",
            ])
        #expect(sources.filter(\.isExecutable).map(\.path.rawValue) == ["app/run", "app/serve"])
    }

    @Test func linksThatLeaveTheBundleAreRefused() throws {
        try folder.write("secret".utf8, to: "bundle-2/secret.txt")
        let beside = "../../../bundle-2"
        for target in [beside + "/secret.txt", beside, "/etc", "/etc/passwd", folder.path] {
            try link("app/pkg/out", to: target)
            expectFault("'app/pkg/out' of the bundle is a symbolic link that leaves it")
            try FileManager.default.removeItem(atPath: bundle + "/app/pkg/out")
        }
        try link("app/pkg/out", to: "nowhere")
        expectFault("'app/pkg/out'")
    }

    @Test func linksThatMakeAFolderHoldItselfAreRefused() throws {
        for target in [".", "..", "../..", "../../app/pkg"] {
            try link("app/pkg/loop", to: target)
            expectFault("'app/pkg/loop' of the bundle is a symbolic link to a folder that holds it")
            try FileManager.default.removeItem(atPath: bundle + "/app/pkg/loop")
        }
        try link("app/pkg/b", to: "../other")
        try folder.write("".utf8, to: "bundle/app/other/x")
        try link("app/other/a", to: "../pkg")
        expectFault("symbolic link to a folder that holds it")
    }

    @Test func otherKindsOfFilesAreRefused() throws {
        #expect(mkfifo(bundle + "/app/pipe", 0o600) == 0)
        expectFault("'app/pipe' of the bundle is neither a file nor a folder")
        try manifest("serve", files: "app/pipe")
        expectFault("'app/pipe' of the bundle is neither a file nor a folder")
    }

    @Test func namesThatCannotBeDeployedAreRefused() throws {
        try folder.write("".utf8, to: "bundle/app/a\\b")
        expectFault("'app/a\\b' has a backslash")
        try FileManager.default.removeItem(atPath: bundle + "/app/a\\b")
        let name = Array((bundle + "/app/a").utf8) + [0xff, 0]
        #expect(mknod(name.map { CChar(bitPattern: $0) }, S_IFREG | 0o600, 0) == 0)
        expectFault("The folder 'app' of the bundle has a file whose name is not UTF-8, 'a\u{fffd}'")
    }

    @Test func tooManyFilesAreRefused() throws {
        // Three are there already.
        for number in 0..<ManifestRules.maximumFiles - 3 { try folder.write([], to: "bundle/many/\(number)") }
        try manifest("./app/serve", files: "app, many")
        #expect(try paths().count == 4096)
        try manifest("./app/serve", files: "app, data.txt, many")
        expectFault("more than 4096 files")
    }

    @Test func foldersMayBeSixtyFourDeep() throws {
        let deepest = "deep" + String(repeating: "/d", count: 63)
        try folder.write([], to: "bundle/\(deepest)/x")
        try manifest("serve", files: "deep")
        #expect(try paths() == [deepest + "/x"])
        try folder.write([], to: "bundle/\(deepest)/d/x")
        expectFault("'\(deepest)/d' is one too many", "64 within each other")
    }

    @Test func linksThatMultiplyFoldersComeToAnEnd() throws {
        // Each folder shows the next one twice, so the last one is there 2^20 times, and no file at all.
        for level in 0..<20 {
            try FileManager.default.createDirectory(
                atPath: "\(bundle)/l/\(level)", withIntermediateDirectories: true)
            for name in ["a", "b"] { try link("l/\(level)/\(name)", to: "../\(level + 1)") }
        }
        try FileManager.default.createDirectory(atPath: bundle + "/l/20", withIntermediateDirectories: true)
        try manifest("serve", files: "l/0")
        expectFault("is one too many", "4096 folders")
    }
}
