import Artifacts
import Bundles
import FunctionTypes
import Testing

@Suite struct RevisionRecipeTests {
    private func file(_ path: String, _ text: String) throws -> BundleFile {
        let bytes = Array(text.utf8)
        return BundleFile(path: try BundlePath(path), digest: SHA256.digest(of: bytes), size: bytes.count)
    }

    // These digests name deployed revisions in registries that exist; a change of the form needs a new
    // version of it.
    @Test func theNamesOfRevisionsNeverChange() throws {
        let least = try ManifestReader.read("name: minilm\nruntime: gguf\nmodel: model.gguf\n")
        let small = try RevisionRecipe.revision(manifest: least, files: [file("model.gguf", "weights")])
        #expect(small.id.description == "fdc01980096fd4a98106509f128cf485ca7a7862dd1b60b6784fa5a03e36bad0")
        let full = try ManifestReader.read(
            """
            name: assistant
            runtime: gguf
            model: weights/model.gguf
            task: generate
            limits: { memory: 2GiB, threads: 4, timeout: 2m, maxBody: 256KiB }
            scaling: { min: 1, max: 4, concurrency: 16, keepAlive: 10m }
            snapshot: { prompt: system.txt }
            """)
        let files = [try file("weights/model.gguf", "weights"), try file("system.txt", "You are kind.")]
        let large = try RevisionRecipe.revision(manifest: full, files: files)
        #expect(large.id.description == "d5ec90ead67accc474dd1b5bc8c01b992d42c526d37e6ecb4e749bdd5762129b")
    }

    @Test func theOrderOfFilesAndTheLayoutOfTheTextDoNotCount() throws {
        let text = "name: f\nruntime: gguf\nmodel: m\nsnapshot: {prompt: p}\nlimits: {memory: 1GiB}\n"
        let other = "# The same.\nsnapshot:\n  prompt: 'p'\nmodel: m\nruntime: gguf\nname: f\n"
        let (model, prompt) = (try file("m", "a"), try file("p", "b"))
        let revision = try RevisionRecipe.revision(
            manifest: ManifestReader.read(text), files: [model, prompt])
        #expect(
            try RevisionRecipe.revision(manifest: ManifestReader.read(other), files: [prompt, model])
                == revision)
        #expect(revision.files.map(\.path.rawValue) == ["m", "p"])
        #expect(revision.modelFile == model)
    }

    @Test func anyOtherByteOfAFileIsAnotherRevision() throws {
        let manifest = try ManifestReader.read("name: f\nruntime: gguf\nmodel: m\n")
        let revisions = try ["a", "b", "ab", ""].map {
            try RevisionRecipe.revision(manifest: manifest, files: [file("m", $0)]).id
        }
        #expect(Set(revisions).count == 4)
    }

    @Test func theFilesMustBeThoseThatTheManifestNames() throws {
        let manifest = try ManifestReader.read("name: f\nruntime: gguf\nmodel: m\n")
        let model = try file("m", "a")
        let cases: [([BundleFile], String)] = [
            ([], "'m', which the manifest names"), ([model, model], "'m' is there twice"),
            ([model, try file("x", "b")], "'x' is not named by the manifest"),
            ([model, try file("m", "other")], "'m' is there twice"),
        ]
        for (files, part) in cases {
            let error = #expect(throws: HearthError.self) {
                try RevisionRecipe.revision(manifest: manifest, files: files)
            }
            #expect(error?.code == .invalidManifest)
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }
    }
}
