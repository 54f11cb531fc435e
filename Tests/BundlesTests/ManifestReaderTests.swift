import Bundles
import FunctionTypes
import Testing

@Suite struct ManifestReaderTests {
    @Test func theLeastManifestHasAllDefaults() throws {
        let manifest = try ManifestReader.read("name: minilm\nruntime: gguf\nmodel: model.gguf\n")
        let expected = Manifest(
            name: try FunctionName("minilm"), runtime: .gguf, model: try BundlePath("model.gguf"))
        #expect(manifest == expected)
    }

    @Test func everyKeyIsRead() throws {
        let manifest = try ManifestReader.read(
            """
            # A function that embeds.
            name: minilm
            runtime: gguf              # gguf | onnx | exec
            model: weights/model.gguf
            task: embed
            limits:   { memory: 512MiB, threads: 2, timeout: 1m30s, maxBody: 1000 }
            scaling:
              min: 1
              max: 4
              concurrency: 16
              keepAlive: 10m
            snapshot: { prompt: "system prompt.txt" }
            """)
        let expected = Manifest(
            name: try FunctionName("minilm"), runtime: .gguf, model: try BundlePath("weights/model.gguf"),
            task: .embed,
            limits: Limits(
                memory: .mebibytes(512), threads: 2, timeout: .seconds(90), maxBody: ByteCount(1000)),
            scaling: Scaling(min: 1, max: 4, concurrency: 16, keepAlive: .fixed(.seconds(600))),
            snapshot: .init(prompt: try BundlePath("system prompt.txt")))
        #expect(manifest == expected)
    }

    @Test func aProgramWithItsArgumentsIsRead() throws {
        let manifest = try ManifestReader.read(
            """
            name: app
            runtime: exec
            command: [uvicorn, 'app:app', --fd, "3"]
            files: [app, models/encoder.onnx]
            directories:
              - /usr/lib/python3
              - "/opt/site packages"
            port: 8000
            scaling: {keepAlive: forever}
            """)
        #expect(manifest.command == ["uvicorn", "app:app", "--fd", "3"])
        #expect(manifest.files.map(\.rawValue) == ["app", "models/encoder.onnx"])
        #expect(manifest.directories.map(\.rawValue) == ["/usr/lib/python3", "/opt/site packages"])
        #expect(manifest.port == 8000)
        #expect(manifest.scaling.keepAlive == .forever)
        try manifest.checkSupported()
    }

    @Test func quotesAndJSONAndMarksAtTheStartAreYAMLToo() throws {
        let plain = try ManifestReader.read("name: f\nruntime: gguf\nmodel: m\n")
        #expect(try ManifestReader.read(#"{"name": "f", "runtime": "gguf", "model": "m"}"#) == plain)
        #expect(try ManifestReader.read("\u{feff}name: 'f'\r\nruntime: \"gguf\"\r\nmodel: m\r\n") == plain)
        #expect(try ManifestReader.read("%YAML 1.2\n---\nname: f\nruntime: gguf\nmodel: m\n...\n") == plain)
        #expect(
            try ManifestReader.read("name: !!str f\nruntime: gguf\nmodel: m # *this* and *that*\n") == plain)
    }

    @Test func aManifestOfTheGreatestSizeIsRead() throws {
        let head = "name: f\nruntime: gguf\nmodel: m\n#"
        let text = head + String(repeating: "x", count: ManifestRules.maximumTextBytes - head.utf8.count)
        #expect(try ManifestReader.read(text).name.rawValue == "f")
        let error = #expect(throws: HearthError.self) { try ManifestReader.read(text + "x") }
        #expect(error?.message == "function.yaml is larger than 256KiB.")
    }
}
