import FunctionTypes
import Testing

@Suite struct ManifestValidationTests {
    private func gguf() throws -> Manifest {
        Manifest(name: try FunctionName("f"), runtime: .gguf, model: try BundlePath("model.gguf"))
    }

    @Test func theDefaultsAreTheOnesOfTheRules() throws {
        let manifest = try gguf()
        #expect(
            manifest.limits
                == Limits(memory: .gibibytes(1), threads: 1, timeout: .seconds(30), maxBody: .mebibytes(4)))
        #expect(manifest.scaling == Scaling(min: 0, max: 1, concurrency: 8, keepAlive: .auto))
        #expect(manifest.task == nil && manifest.command.isEmpty && manifest.snapshot.prompt == nil)
        try manifest.validate()
        try manifest.checkSupported()
    }

    @Test func valuesAtTheirBoundsAreAcceptedAndBeyondThemRefused() throws {
        try expectBounds("limits.memory", \.limits.memory, ManifestRules.memory.allowed) {
            ByteCount($0.bytes + $1)
        }
        try expectBounds("limits.threads", \.limits.threads, ManifestRules.threads.allowed) { $0 + $1 }
        try expectBounds("limits.timeout", \.limits.timeout, ManifestRules.timeout.allowed) {
            $0 + .nanoseconds($1)
        }
        try expectBounds("limits.maxBody", \.limits.maxBody, ManifestRules.maxBody.allowed) {
            ByteCount($0.bytes + $1)
        }
        try expectBounds("scaling.max", \.scaling.max, ManifestRules.maximumWorkers.allowed) { $0 + $1 }
        try expectBounds("scaling.concurrency", \.scaling.concurrency, ManifestRules.concurrency.allowed) {
            $0 + $1
        }
        try expectBounds(
            "scaling.keepAlive", \.scaling.keepAlive, ManifestRules.keepAliveDurations, wrap: { .fixed($0) }
        ) {
            $0 + .nanoseconds($1)
        }
    }

    private func expectBounds<Value, Setting>(
        _ key: String, _ place: WritableKeyPath<Manifest, Setting>, _ allowed: ClosedRange<Value>,
        wrap: (Value) -> Setting, step: (Value, Int) -> Value
    ) throws {
        var manifest = try gguf()
        manifest.scaling.min = 0
        for value in [allowed.lowerBound, allowed.upperBound] {
            manifest[keyPath: place] = wrap(value)
            #expect(throws: Never.self) { try manifest.validate() }
        }
        for (value, offset) in [(allowed.lowerBound, -1), (allowed.upperBound, 1)] {
            manifest[keyPath: place] = wrap(step(value, offset))
            let error = #expect(throws: HearthError.self) { try manifest.validate() }
            #expect(error?.code == .invalidManifest)
            #expect(error?.message.hasPrefix(key + " is ") == true, "\(error?.message ?? "")")
        }
    }

    private func expectBounds<Value>(
        _ key: String, _ place: WritableKeyPath<Manifest, Value>, _ allowed: ClosedRange<Value>,
        step: (Value, Int) -> Value
    ) throws {
        try expectBounds(key, place, allowed, wrap: { $0 }, step: step)
    }

    @Test func moreIdleWorkersThanWorkersAreRefused() throws {
        var manifest = try gguf()
        manifest.scaling.min = 2
        let error = #expect(throws: HearthError.self) { try manifest.validate() }
        #expect(error?.message == "scaling.min is 2, more than scaling.max, which is 1.")
    }

    @Test func aRuntimeNeedsItsKeysAndExcludesTheOthers() throws {
        let name = try FunctionName("f")
        let path = try BundlePath("p")
        let cases: [(Manifest, String)] = [
            (Manifest(name: name, runtime: .gguf), "model is missing"),
            (Manifest(name: name, runtime: .onnx), "model is missing"),
            (Manifest(name: name, runtime: .gguf, model: path, command: ["x"]), "command does not go with"),
            (Manifest(name: name, runtime: .exec), "command is missing"),
            (Manifest(name: name, runtime: .exec, model: path, command: ["x"]), "model does not go with"),
            (Manifest(name: name, runtime: .exec, command: [""]), "command[0] is empty"),
            (Manifest(name: name, runtime: .exec, command: ["x", "a\u{0}b"]), "command[1] has a NUL"),
            (Manifest(name: name, runtime: .exec, command: Array(repeating: "x", count: 257)), "command"),
            (
                Manifest(name: name, runtime: .exec, command: [String(repeating: "x", count: 4097)]),
                "command[0]"
            ),
            (
                Manifest(name: name, runtime: .exec, command: ["x"], snapshot: .init(prompt: path)),
                "snapshot.prompt"
            ),
        ]
        for (manifest, cause) in cases {
            let error = #expect(throws: HearthError.self) { try manifest.validate() }
            #expect(error?.code == .invalidManifest)
            #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
        }
        #expect(throws: Never.self) {
            try Manifest(name: name, runtime: .exec, command: ["x", ""]).validate()
        }
    }

    @Test func thisBuildRunsNoONNXFunctionsAndNoModelThatDoesNotEmbed() throws {
        let changes: [(String, (inout Manifest) throws -> Void)] = [
            ("the runtime onnx, but this build runs gguf and exec functions", { $0.runtime = .onnx }),
            ("the task generate", { $0.task = .generate }), ("the task classify", { $0.task = .classify }),
            ("a snapshot of a prompt", { $0.snapshot.prompt = try BundlePath("p") }),
        ]
        for (cause, change) in changes {
            var manifest = try gguf()
            try change(&manifest)
            let error = #expect(throws: HearthError.self) { try manifest.checkSupported() }
            #expect(error?.code == .invalidManifest)
            #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
        }
    }

    @Test func referencedPathsAreSortedAndEachThereOnce() throws {
        var manifest = try gguf()
        manifest.snapshot.prompt = try BundlePath("a.txt")
        #expect(manifest.referencedPaths.map(\.rawValue) == ["a.txt", "model.gguf"])
        manifest.snapshot.prompt = manifest.model
        #expect(manifest.referencedPaths.map(\.rawValue) == ["model.gguf"])
    }

    @Test func startKindsOrderByWhatTheyCost() {
        #expect(StartKind.allCases.sorted() == [.warm, .pool, .cold, .disk])
        #expect(StartKind.allCases.map(\.rawValue) == ["warm", "pool", "cold", "disk"])
    }
}
