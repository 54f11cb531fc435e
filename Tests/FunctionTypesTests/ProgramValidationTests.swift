import FunctionTypes
import Testing

/// The rules of the keys that only the runtime `exec` has.
@Suite struct ProgramValidationTests {
    private func program() throws -> Manifest {
        Manifest(name: try FunctionName("f"), runtime: .exec, command: ["serve"])
    }

    private func expectFault(_ parts: String..., in manifest: Manifest) {
        let error = #expect(throws: HearthError.self) { try manifest.validate() }
        #expect(error?.code == .invalidManifest)
        #expect(error?.remedy?.isEmpty == false)
        for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
    }

    @Test func theLeastProgramHasNoFilesDirectoriesOrPort() throws {
        let manifest = try program()
        #expect(manifest.files.isEmpty && manifest.directories.isEmpty && manifest.port == nil)
        #expect(manifest.bundledProgram == nil)
        try manifest.validate()
    }

    @Test func thisBuildRunsProgramsForAnyTask() throws {
        var manifest = try program()
        for task in [nil] + Manifest.Task.allCases {
            manifest.task = task
            #expect(throws: Never.self) { try manifest.checkSupported() }
        }
    }

    @Test func listsAndThePortHaveBounds() throws {
        var manifest = try program()
        manifest.files = try (0..<256).map { try BundlePath("\($0)") }
        manifest.directories = try (0..<64).map { try HostDirectory("/\($0)") }
        for port in [1, 65535] {
            manifest.port = port
            #expect(throws: Never.self) { try manifest.validate() }
        }
        for port in [0, 65536, -1] {
            var changed = manifest
            changed.port = port
            expectFault("port is \(port), outside 1 to 65535", in: changed)
        }
        var changed = manifest
        changed.files.append(try BundlePath("x"))
        expectFault("files (its number of entries) is 257, outside 0 to 256", in: changed)
        changed = manifest
        changed.directories.append(try HostDirectory("/x"))
        expectFault("directories (its number of entries) is 65, outside 0 to 64", in: changed)
    }

    @Test func whatIsListedTwiceIsRefused() throws {
        var manifest = try program()
        let (a, b) = (try BundlePath("a"), try BundlePath("a/b"))
        manifest.files = [a, b]
        #expect(throws: Never.self) { try manifest.validate() }
        manifest.files = [a, b, a]
        expectFault("files names 'a' twice", in: manifest)
        manifest.files = []
        manifest.directories = [try HostDirectory("/a"), try HostDirectory("/a/b"), try HostDirectory("/a")]
        expectFault("directories names '/a' twice", in: manifest)
    }

    @Test func theKeysOfAProgramDoNotGoWithAModel() throws {
        let path = try BundlePath("m")
        let changes: [(String, (inout Manifest) throws -> Void)] = [
            ("command", { $0.command = ["a"] }), ("files", { $0.files = [path] }),
            ("directories", { $0.directories = [try HostDirectory("/usr")] }), ("port", { $0.port = 80 }),
        ]
        for runtime in [Manifest.Runtime.gguf, .onnx] {
            for (key, change) in changes {
                var manifest = Manifest(name: try FunctionName("f"), runtime: runtime, model: path)
                try change(&manifest)
                expectFault("The key \(key) does not go with the runtime \(runtime.rawValue)", in: manifest)
            }
        }
    }

    @Test(
        "where the program is",
        arguments: [
            ("/usr/bin/python3", nil), ("python3", nil), ("/app/serve", nil), ("bin/serve", "bin/serve"),
            ("./serve", "serve"), ("./bin/serve", "bin/serve"),
        ])
    func whereTheProgramIs(_ word: String, _ path: String?) throws {
        var manifest = try program()
        manifest.command = [word, "x/y"]
        #expect(manifest.bundledProgram?.rawValue == path)
        manifest.files = [try BundlePath("bin"), try BundlePath("serve")]
        #expect(throws: Never.self) { try manifest.validate() }
        guard let path else { return }
        manifest.files = try [path + "-2", path + "/x", "b", "bin/serv"].map { try BundlePath($0) }
        expectFault("command[0] is the file '\(path)' of the bundle, which files does not name", in: manifest)
    }

    @Test(
        "a program in the bundle has a plain path",
        arguments: [
            ("../serve", "'.' or '..'"), ("bin/../serve", "'.' or '..'"), ("././serve", "'.' or '..'"),
            ("./", "is empty"), ("bin/", "empty name"), (".//serve", "is absolute"),
            ("bin//serve", "empty name"), ("bin\\x/serve", "backslash"),
        ])
    func noFileOfTheBundle(_ word: String, _ cause: String) throws {
        var manifest = try program()
        manifest.command = [word]
        manifest.files = [try BundlePath("bin"), try BundlePath("serve")]
        #expect(manifest.bundledProgram == nil)
        expectFault("command[0] names no file of the bundle", cause, in: manifest)
    }
}
