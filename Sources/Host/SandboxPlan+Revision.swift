import FunctionTypes
import Sandbox

extension SandboxPlan {
    /// What the workers of a revision are started with.
    ///
    /// - Parameter code: where a program's files are.
    init(_ revision: Revision, tenant: TenantID, code: String) {
        let manifest = revision.manifest
        let isProgram = manifest.runtime == .exec
        self.init(
            tenant: tenant.rawValue,
            program: isProgram ? .exec(command: Self.command(manifest), port: manifest.port) : .native,
            code: isProgram ? code : nil, directories: manifest.directories.map(\.rawValue),
            memory: manifest.limits.memory.bytes, threads: manifest.limits.threads,
            modelBytes: revision.modelFile?.size ?? 0)
    }

    /// A file of the bundle is named from the working directory on, as a shell does it.
    private static func command(_ manifest: Manifest) -> [String] {
        guard let program = manifest.bundledProgram else { return manifest.command }
        return ["./\(program)"] + manifest.command.dropFirst()
    }
}
