import FunctionTypes
import Testing

@Suite struct CanonicalFormTests {
    private struct Sample {
        var manifest: Manifest
        var files: [BundleFile]

        var form: [UInt8] { CanonicalForm.bytes(manifest: manifest, files: files) }
    }

    /// A model with every setting, in version 1.
    private func model() throws -> Sample {
        let manifest = Manifest(
            name: try FunctionName("f"), runtime: .gguf, model: try BundlePath("m.gguf"), task: .embed,
            limits: Limits(
                memory: .mebibytes(512), threads: 2, timeout: .milliseconds(1500), maxBody: ByteCount(7)),
            scaling: Scaling(min: 1, max: 4, concurrency: 3, keepAlive: .fixed(.seconds(60))),
            snapshot: .init(prompt: try BundlePath("s.txt")))
        let files = [
            BundleFile(path: try BundlePath("m.gguf"), digest: Digest(bytes: Array(0..<32)), size: 1000),
            BundleFile(path: try BundlePath("s.txt"), digest: Digest(bytes: Array(32..<64)), size: 0),
        ]
        return Sample(manifest: manifest, files: files)
    }

    /// A program with every setting, in version 2.
    private func program() throws -> Sample {
        var sample = try model()
        sample.manifest = Manifest(
            name: try FunctionName("f"), runtime: .exec, command: ["./m.gguf", "", "ü"],
            files: [try BundlePath("s.txt"), try BundlePath("m.gguf")],
            directories: [try HostDirectory("/usr/lib"), try HostDirectory("/opt")], port: 8000,
            task: .embed, limits: sample.manifest.limits, scaling: sample.manifest.scaling)
        let first = sample.files[0]
        sample.files[0] = BundleFile(
            path: first.path, digest: first.digest, size: first.size, isExecutable: true)
        return sample
    }

    @Test func aFormReadsBackAsWhatWasWritten() throws {
        var samples = [try model(), try program()]
        samples.append(
            Sample(
                manifest: Manifest(name: try FunctionName("g"), runtime: .exec, command: ["a", "", "ü"]),
                files: []))
        for policy in [KeepAlivePolicy.auto, .forever, .fixed(.zero)] {
            var changed = try model()
            changed.manifest.scaling.keepAlive = policy
            samples.append(changed)
        }
        for sample in samples {
            for files in [sample.files, []] {
                let form = CanonicalForm.bytes(manifest: sample.manifest, files: files)
                let read = try CanonicalForm.read(form)
                #expect(read.manifest == sample.manifest)
                #expect(read.files == files)
            }
        }
    }

    @Test func theFormBeginsWithItsNameAndVersion() throws {
        for (sample, version) in [(try model(), UInt8(1)), (try program(), 2)] {
            #expect(
                sample.form.starts(
                    with: [0, 0, 0, 0, 0, 0, 0, 15] + Array("hearth-revision".utf8)
                        + [0, 0, 0, 0, 0, 0, 0, version]))
        }
    }

    private func shared() -> [(inout Manifest) throws -> Void] {
        [
            { $0.name = try FunctionName("g") }, { $0.model = try BundlePath("n.gguf") },
            { $0.command = [""] }, { $0.command = ["a", "b"] }, { $0.command = ["ab"] }, { $0.task = nil },
            { $0.task = .generate }, { $0.limits.memory = .mebibytes(513) },
            { $0.limits.threads = 3 }, { $0.limits.timeout = .milliseconds(1501) },
            { $0.limits.maxBody = ByteCount(8) },
            { $0.scaling.min = 0 }, { $0.scaling.max = 5 }, { $0.scaling.concurrency = 4 },
            { $0.scaling.keepAlive = .auto }, { $0.scaling.keepAlive = .forever },
            { $0.scaling.keepAlive = .fixed(.seconds(61)) },
            { $0.snapshot.prompt = try BundlePath("t.txt") },
        ]
    }

    private func expectOwnForms(
        _ sample: Sample, _ changes: [(inout Manifest) throws -> Void], _ fileChanges: [[BundleFile]]
    ) throws {
        var forms: Set<[UInt8]> = [sample.form]
        for change in changes {
            var changed = sample
            try change(&changed.manifest)
            forms.insert(changed.form)
        }
        for files in fileChanges {
            forms.insert(CanonicalForm.bytes(manifest: sample.manifest, files: files))
        }
        #expect(forms.count == 1 + changes.count + fileChanges.count)
    }

    @Test func everySettingOfAModelChangesTheForm() throws {
        let sample = try model()
        let (first, second) = (sample.files[0], sample.files[1])
        let resized = BundleFile(path: first.path, digest: first.digest, size: 1001)
        let changes: [(inout Manifest) throws -> Void] = [
            { $0.runtime = .onnx }, { $0.runtime = .exec }, { $0.model = nil }, { $0.snapshot.prompt = nil },
        ]
        try expectOwnForms(sample, shared() + changes, [[first], [second], [resized, second], []])
    }

    @Test func everySettingOfAProgramChangesTheForm() throws {
        let sample = try program()
        let (first, second) = (sample.files[0], sample.files[1])
        func changed(_ file: BundleFile, size: Int? = nil, isExecutable: Bool) -> BundleFile {
            BundleFile(
                path: file.path, digest: file.digest, size: size ?? file.size, isExecutable: isExecutable)
        }
        let (files, directories) = (sample.manifest.files, sample.manifest.directories)
        let changes: [(inout Manifest) throws -> Void] = [
            { $0.files = [] }, { $0.files = [files[0]] }, { $0.files = files.reversed() },
            { $0.files.append(try BundlePath("t")) }, { $0.directories = [] },
            { $0.directories = [directories[0]] }, { $0.directories = directories.reversed() },
            { $0.directories.append(try HostDirectory("/t")) }, { $0.port = nil }, { $0.port = 8001 },
        ]
        try expectOwnForms(
            sample, shared() + changes,
            [
                [first], [second], [], [changed(first, size: 1001, isExecutable: true), second],
                [changed(first, isExecutable: false), second], [first, changed(second, isExecutable: true)],
                [changed(first, isExecutable: false), changed(second, isExecutable: true)],
            ])
    }

    @Test func aDamagedFormIsAnErrorAndNeverATrap() throws {
        for bytes in [try model().form, try program().form] {
            for length in 0..<bytes.count {
                #expect(throws: HearthError.self) { try CanonicalForm.read(Array(bytes.prefix(length))) }
            }
            #expect(throws: HearthError.self) { try CanonicalForm.read(bytes + [0]) }
            var changed = 0
            for position in bytes.indices {
                for mask: UInt8 in [0x01, 0x02, 0x03, 0x80, 0xff] {
                    var damaged = bytes
                    damaged[position] ^= mask
                    guard let read = try? CanonicalForm.read(damaged) else { continue }
                    // What still reads is another revision, written in the one way.
                    let again = CanonicalForm.bytes(manifest: read.manifest, files: read.files)
                    #expect(again == damaged, "byte \(position) changed by \(mask)")
                    changed += 1
                }
            }
            #expect(changed > 0)
        }
    }

    private func expectDamage(_ cause: String, in bytes: [UInt8]) {
        let error = #expect(throws: HearthError.self) { try CanonicalForm.read(bytes) }
        #expect(error?.code == .internalError)
        #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
    }

    @Test func aFormOfAnotherVersionNamesIt() throws {
        for version: UInt8 in [0, 3, 9] {
            for sample in [try model(), try program()] {
                var bytes = sample.form
                bytes[30] = version
                expectDamage("its version is \(version), neither 1 nor 2", in: bytes)
            }
        }
    }

    @Test func aVersionIsForItsRuntimesAlone() throws {
        // The name takes 9 bytes, and the runtime's length 8.
        let runtime = 31 + 9 + 8
        var model = try model().form
        #expect(Array(model[runtime..<runtime + 4]) == Array("gguf".utf8))
        for (version, name) in [(UInt8(1), "exec"), (2, "gguf"), (2, "onnx")] {
            model[30] = version
            model.replaceSubrange(runtime..<runtime + 4, with: name.utf8)
            expectDamage("its version is \(version), which is not for the runtime \(name)", in: model)
        }
        var program = try program().form
        program[30] = 1
        expectDamage("its version is 1, which is not for the runtime exec", in: program)
    }

    @Test func aFlagOfAFileIsZeroOrOne() throws {
        var bytes = try program().form
        bytes[bytes.count - 1] = 2
        expectDamage("a flag is neither 0 nor 1", in: bytes)
    }
}
