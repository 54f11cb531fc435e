import FunctionTypes
import Sandbox
import Testing

@testable import Host

/// What the workers of a revision are started with.
struct SandboxPlanTests {
    private func revision(_ manifest: Manifest, _ files: [BundleFile] = []) -> Revision {
        Revision(
            id: RevisionID(Digest(bytes: [UInt8](repeating: 1, count: Digest.byteCount))), manifest: manifest,
            files: files)
    }

    private func file(_ path: String, size: Int) throws -> BundleFile {
        BundleFile(
            path: try BundlePath(path), digest: Digest(bytes: [UInt8](repeating: 2, count: Digest.byteCount)),
            size: size)
    }

    private func program(_ command: [String], port: Int? = nil, directories: [String] = []) throws -> Manifest
    {
        Manifest(
            name: try FunctionName("f"), runtime: .exec, command: command,
            directories: try directories.map { try HostDirectory($0) }, port: port)
    }

    @Test func aModelIsServedByTheNativeWorkerAndItsPagesAreCountedApart() throws {
        let manifest = Manifest(
            name: try FunctionName("f"), runtime: .gguf, model: try BundlePath("m.gguf"),
            limits: Limits(memory: .mebibytes(64), threads: 3))
        let files = [try file("a.txt", size: 9), try file("m.gguf", size: 12_345)]
        let plan = SandboxPlan(revision(manifest, files), tenant: try TenantID("acme"), code: "/code/x")
        #expect(
            plan
                == SandboxPlan(
                    tenant: "acme", program: .native, code: nil, directories: [], memory: 64 << 20,
                    threads: 3, modelBytes: 12_345))
        #expect(plan.systemCalls == .native)
    }

    @Test func aProgramSeesItsCodeAndItsDirectories() throws {
        let manifest = try program(["python3", "-m", "x"], directories: ["/usr", "/opt/models"])
        let plan = SandboxPlan(
            revision(manifest, [try file("a.py", size: 9)]), tenant: .default, code: "/code/x")
        #expect(plan.program == .exec(command: ["python3", "-m", "x"], port: nil))
        #expect(plan.code == "/code/x")
        #expect(plan.directories == ["/usr", "/opt/models"])
        #expect(plan.tenant == "default")
        #expect(plan.modelBytes == 0)
        #expect(plan.memory == manifest.limits.memory.bytes)
        #expect(plan.systemCalls == .exec)
    }

    @Test func aProgramWithAPortHasSocketsOfTheInternet() throws {
        let plan = SandboxPlan(
            revision(try program(["/usr/bin/node", "x.js"], port: 3000)), tenant: .default, code: "/code/x")
        #expect(plan.program == .exec(command: ["/usr/bin/node", "x.js"], port: 3000))
        #expect(plan.systemCalls == .port)
    }

    @Test(
        "a file of the bundle is named from the working directory on, and nothing else is changed",
        arguments: [
            ("./serve", "./serve"), ("bin/serve", "./bin/serve"), ("./bin/serve", "./bin/serve"),
            ("serve", "serve"), ("/usr/bin/serve", "/usr/bin/serve"),
        ])
    func commands(word: String, expected: String) throws {
        let manifest = try program([word, "./not-a-program", "", "--x=1"])
        let plan = SandboxPlan(revision(manifest), tenant: .default, code: "/code/x")
        #expect(plan.program == .exec(command: [expected, "./not-a-program", "", "--x=1"], port: nil))
    }
}
