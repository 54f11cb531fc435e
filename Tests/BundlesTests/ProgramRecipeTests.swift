import Artifacts
import Bundles
import FunctionTypes
import Testing

/// Revisions with the runtime `exec`.
@Suite struct ProgramRecipeTests {
    private func file(_ path: String, _ text: String = "", isExecutable: Bool = false) throws -> BundleFile {
        let bytes = Array(text.utf8)
        return BundleFile(
            path: try BundlePath(path), digest: SHA256.digest(of: bytes), size: bytes.count,
            isExecutable: isExecutable)
    }

    private func manifest(_ command: String, files: String) throws -> Manifest {
        try ManifestReader.read("name: f\nruntime: exec\ncommand: [\(command)]\nfiles: [\(files)]\n")
    }

    private func expectFault(_ part: String, _ manifest: Manifest, _ files: [BundleFile]) {
        let error = #expect(throws: HearthError.self) {
            try RevisionRecipe.revision(manifest: manifest, files: files)
        }
        #expect(error?.code == .invalidManifest)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        #expect(error?.remedy?.isEmpty == false)
    }

    // As for models: a change of the form needs a new version of it.
    @Test func theNamesOfRevisionsNeverChange() throws {
        let least = try ManifestReader.read("name: echo\nruntime: exec\ncommand: [/bin/echo]\n")
        let small = try RevisionRecipe.revision(manifest: least, files: [])
        #expect(small.id.description == "62fd3378a41974d697d95d506f326cc40eb1a73188d4e012add735fd92046c85")
        #expect(small.modelFile == nil)
        let full = try ManifestReader.read(
            """
            name: app
            runtime: exec
            command: [bin/serve, --port, "8000"]
            files: [bin, model.onnx]
            directories: [/usr/lib/python3, /opt/models]
            port: 8000
            task: classify
            limits: { memory: 2GiB, threads: 4, timeout: 2m, maxBody: 256KiB }
            scaling: { min: 1, max: 4, concurrency: 16, keepAlive: 10m }
            """)
        let files = [try file("model.onnx", "weights"), try file("bin/serve", "#!", isExecutable: true)]
        let large = try RevisionRecipe.revision(manifest: full, files: files)
        #expect(large.id.description == "016f286038763a6a2fbcf6a29493161299857ab3ae9393eee9abf7a22d8b64cf")
        #expect(large.files == files.reversed())
    }

    @Test func anExecutableFileIsAnotherRevision() throws {
        let manifest = try manifest("serve", files: "a")
        let plain = try RevisionRecipe.revision(manifest: manifest, files: [file("a")])
        let marked = try RevisionRecipe.revision(manifest: manifest, files: [file("a", isExecutable: true)])
        #expect(plain.id != marked.id)
    }

    @Test func aFolderStandsForWhatIsBelowIt() throws {
        let manifest = try manifest("serve", files: "app, app/main.py, data.txt")
        let files = try ["app/.hidden", "app/a/b/c", "app/main.py", "data.txt"].map { try file($0) }
        #expect(try RevisionRecipe.revision(manifest: manifest, files: files.reversed()).files == files)
    }

    @Test(
        "a file that no entry names",
        arguments: ["app-2", "app!", "app0", "ap", "application/x", "b", "data.txt.bak", "data", "App/x"])
    func surplus(_ path: String) throws {
        let manifest = try manifest("serve", files: "app, data.txt")
        let named = [try file("app/main.py"), try file("data.txt")]
        expectFault("'\(path)' is not named by the manifest", manifest, named + [try file(path)])
    }

    @Test func everyEntryNeedsAFile() throws {
        let manifest = try manifest("serve", files: "app, data.txt")
        expectFault("'app', which the manifest names in files", manifest, [])
        expectFault(
            "'app', which the manifest names in files", manifest, [try file("app2/x"), try file("data.txt")])
        expectFault("'data.txt', which the manifest names in files", manifest, [try file("app")])
        expectFault("'app' is there twice", manifest, [try file("app"), try file("app")])
    }

    @Test func aFileIsNoFolder() throws {
        let manifest = try manifest("serve", files: "app")
        let files = try ["app/a", "app/a-b", "app/a/b/c"].map { try file($0) }
        expectFault("'app/a' is a file, and other files are below it", manifest, files)
        expectFault("'app' is a file, and", manifest, [try file("app"), try file("app/a")])
    }

    @Test func aProgramOfTheBundleIsAnExecutableFile() throws {
        for command in ["bin/serve", "./bin/serve"] {
            let manifest = try manifest(command, files: "bin")
            let other = try file("bin/other", isExecutable: true)
            expectFault("'bin/serve', which command names, is not among the files", manifest, [other])
            expectFault("'bin/serve' of the bundle is not executable", manifest, [try file("bin/serve")])
            let below = try file("bin/serve/x")
            expectFault("'bin/serve', which command names, is not among the files", manifest, [below])
            let program = try file("bin/serve", isExecutable: true)
            #expect(try RevisionRecipe.revision(manifest: manifest, files: [program]).files == [program])
        }
        for command in ["/bin/serve", "serve"] {
            let manifest = try manifest(command, files: "bin")
            #expect(throws: Never.self) {
                try RevisionRecipe.revision(manifest: manifest, files: [file("bin/a")])
            }
        }
    }

    @Test func theNumberOfFilesIsBounded() throws {
        let manifest = try manifest("serve", files: "app")
        var files = try (0..<ManifestRules.maximumFiles).map { try file("app/\($0)") }
        #expect(try RevisionRecipe.revision(manifest: manifest, files: files).files.count == 4096)
        files.append(try file("app/more"))
        expectFault("more than 4096 files", manifest, files)
    }

    @Test func filesOfModelsAreNotExecutable() throws {
        let manifest = try ManifestReader.read("name: f\nruntime: gguf\nmodel: m\n")
        expectFault("'m' is executable", manifest, [try file("m", isExecutable: true)])
    }

    @Test func aManifestThatBreaksARuleHasNoRevision() throws {
        var manifest = try ManifestReader.read("name: f\nruntime: gguf\nmodel: m\n")
        manifest.port = 80
        expectFault("port does not go with", manifest, [try file("m")])
    }
}
