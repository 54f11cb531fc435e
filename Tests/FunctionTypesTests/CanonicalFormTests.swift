import FunctionTypes
import Testing

@Suite struct CanonicalFormTests {
    private func full() throws -> (Manifest, [BundleFile]) {
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
        return (manifest, files)
    }

    @Test func aFormReadsBackAsWhatWasWritten() throws {
        let (manifest, files) = try full()
        var manifests = [
            manifest, Manifest(name: try FunctionName("g"), runtime: .exec, command: ["a", "", "ü"]),
        ]
        for policy in [KeepAlivePolicy.auto, .forever, .fixed(.zero)] {
            var changed = manifest
            changed.scaling.keepAlive = policy
            manifests.append(changed)
        }
        for manifest in manifests {
            for files in [files, []] {
                let read = try CanonicalForm.read(CanonicalForm.bytes(manifest: manifest, files: files))
                #expect(read.manifest == manifest)
                #expect(read.files == files)
            }
        }
    }

    @Test func theFormBeginsWithItsNameAndVersion() throws {
        let (manifest, files) = try full()
        let bytes = CanonicalForm.bytes(manifest: manifest, files: files)
        #expect(
            bytes.starts(
                with: [0, 0, 0, 0, 0, 0, 0, 15] + Array("hearth-revision".utf8) + [0, 0, 0, 0, 0, 0, 0, 1]))
    }

    @Test func everySettingChangesTheForm() throws {
        let (manifest, files) = try full()
        let changes: [(inout Manifest) throws -> Void] = [
            { $0.name = try FunctionName("g") }, { $0.runtime = .onnx }, { $0.model = nil },
            { $0.model = try BundlePath("n.gguf") }, { $0.command = [""] }, { $0.command = ["a", "b"] },
            { $0.command = ["ab"] }, { $0.task = nil }, { $0.task = .generate },
            { $0.limits.memory = .mebibytes(513) },
            { $0.limits.threads = 3 }, { $0.limits.timeout = .milliseconds(1501) },
            { $0.limits.maxBody = ByteCount(8) },
            { $0.scaling.min = 0 }, { $0.scaling.max = 5 }, { $0.scaling.concurrency = 4 },
            { $0.scaling.keepAlive = .auto }, { $0.scaling.keepAlive = .forever },
            { $0.scaling.keepAlive = .fixed(.seconds(61)) }, { $0.snapshot.prompt = nil },
        ]
        var forms: Set<[UInt8]> = [CanonicalForm.bytes(manifest: manifest, files: files)]
        for change in changes {
            var changed = manifest
            try change(&changed)
            forms.insert(CanonicalForm.bytes(manifest: changed, files: files))
        }
        forms.insert(CanonicalForm.bytes(manifest: manifest, files: [files[0]]))
        forms.insert(CanonicalForm.bytes(manifest: manifest, files: [files[1]]))
        let resized = BundleFile(path: files[0].path, digest: files[0].digest, size: 1001)
        forms.insert(CanonicalForm.bytes(manifest: manifest, files: [resized, files[1]]))
        #expect(forms.count == changes.count + 4)
    }

    @Test func aDamagedFormIsAnErrorAndNeverATrap() throws {
        let (manifest, files) = try full()
        let bytes = CanonicalForm.bytes(manifest: manifest, files: files)
        for length in 0..<bytes.count {
            #expect(throws: HearthError.self) { try CanonicalForm.read(Array(bytes.prefix(length))) }
        }
        #expect(throws: HearthError.self) { try CanonicalForm.read(bytes + [0]) }
        var changed = 0
        for position in bytes.indices {
            for mask: UInt8 in [0x01, 0x80, 0xff] {
                var damaged = bytes
                damaged[position] ^= mask
                guard let read = try? CanonicalForm.read(damaged) else { continue }
                // What still reads is another revision, written in the one way.
                let isCanonical = CanonicalForm.bytes(manifest: read.manifest, files: read.files) == damaged
                #expect(isCanonical, "byte \(position) changed by \(mask)")
                changed += 1
            }
        }
        #expect(changed > 0)
    }

    @Test func aFormOfAnotherVersionNamesIt() throws {
        let (manifest, files) = try full()
        var bytes = CanonicalForm.bytes(manifest: manifest, files: files)
        bytes[30] = 9
        let error = #expect(throws: HearthError.self) { try CanonicalForm.read(bytes) }
        #expect(error?.code == .internalError)
        #expect(error?.message.contains("its version is 9, not 1") == true, "\(error?.message ?? "")")
    }
}
