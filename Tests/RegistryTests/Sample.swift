import FunctionTypes
import Registry

/// Revisions to deploy, each told apart by a number.
enum Sample {
    static func function(_ name: String, tenant: TenantID = .default) throws -> FunctionID {
        FunctionID(tenant: tenant, name: try FunctionName(name))
    }

    static func digest(_ number: Int) -> Digest {
        Digest(bytes: (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * (3 - $0 % 4)) &+ $0 / 4) })
    }

    /// A revision whose id starts with the digits, or follows from the number.
    static func revision(_ number: Int, name: String = "f", digits: String? = nil) throws -> Revision {
        let model = try BundlePath("model.gguf")
        let prompt = try BundlePath("prompt.txt")
        var manifest = Manifest(name: try FunctionName(name), runtime: .gguf, model: model)
        manifest.limits.threads = 1 + number % 200
        manifest.snapshot.prompt = prompt
        let files = [
            BundleFile(path: model, digest: digest(1000 + number), size: 1000 * number),
            BundleFile(path: prompt, digest: digest(2000), size: 5),
        ]
        let id =
            digits.flatMap { RevisionID(hex: $0 + String(repeating: "0", count: 64 - $0.count)) }
            ?? RevisionID(digest(number))
        return Revision(id: id, manifest: manifest, files: files)
    }

    /// A revision with the runtime `exec` and every setting that only that has.
    static func program() throws -> Revision {
        let (program, data) = (try BundlePath("bin/serve"), try BundlePath("data.txt"))
        let manifest = Manifest(
            name: try FunctionName("f"), runtime: .exec, command: ["bin/serve", "--verbose"],
            files: [data, try BundlePath("bin")], directories: [try HostDirectory("/usr/lib/python3")],
            port: 8000)
        let files = [
            BundleFile(path: program, digest: digest(1), size: 10, isExecutable: true),
            BundleFile(path: data, digest: digest(2), size: 0),
        ]
        return Revision(id: RevisionID(digest(3)), manifest: manifest, files: files)
    }
}

extension Registry {
    /// Deploys with all blobs there.
    @discardableResult
    func deploy(_ revision: Revision, tenant: TenantID = .default, at milliseconds: Int64 = 1) throws
        -> DeployOutcome
    {
        try deploy(
            revision, manifestText: "# revision \(revision.id.short)", tenant: tenant,
            now: UnixTime(milliseconds: milliseconds)
        ) { _ in true }
    }

    /// Rolls back at some time.
    @discardableResult
    func rollback(_ id: FunctionID) throws -> DeployOutcome {
        try rollback(id, now: UnixTime(milliseconds: 9))
    }
}
