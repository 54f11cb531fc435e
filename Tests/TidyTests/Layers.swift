/// The modules from the bottom up: who may import whom.
///
/// A module imports modules of lower layers, and of its own layer those that stand before it here. So imports
/// go one way only, and the table is a legal order of building.
enum Layers {
    struct Module {
        let name: String
        let layer: Int
        /// The C modules that this module alone may import.
        var owns: Set<String> = []
        /// Linked into a program that workers or their starts wait for, so it stays free of full Foundation.
        var isInWorker = false
    }

    static let modules = [
        Module(name: "FunctionTypes", layer: 0, isInWorker: true),
        Module(name: "Scheduling", layer: 0),
        Module(name: "WorkerProtocol", layer: 0, isInWorker: true),
        Module(name: "LinuxSystem", layer: 1, owns: ["CLinux"], isInWorker: true),
        Module(name: "Kernels", layer: 1, owns: ["CKernels"], isInWorker: true),
        Module(name: "ModelFiles", layer: 2, isInWorker: true),
        Module(name: "Tokenizers", layer: 2, isInWorker: true),
        Module(name: "Inference", layer: 2, isInWorker: true),
        Module(name: "Artifacts", layer: 2, owns: ["COpenSSL"]),
        Module(name: "Bundles", layer: 2),
        Module(name: "Registry", layer: 2),
        Module(name: "Sandbox", layer: 2, isInWorker: true),
        Module(name: "Activation", layer: 2, owns: ["CSeccomp", "CSystemd"]),
        Module(name: "Worker", layer: 3, isInWorker: true),
        Module(name: "Host", layer: 3),
        Module(name: "Gateway", layer: 4),
        Module(name: "hearth", layer: 5),
        Module(name: "hearth-worker", layer: 5, isInWorker: true),
        Module(name: "hearth-starter", layer: 5, isInWorker: true),
        Module(name: "hearth-adapter", layer: 5, isInWorker: true),
    ]

    /// Modules of one layer that must not know each other, whatever their order.
    static let strangers: Set<Set<String>> = [["Host", "Worker"], ["hearth", "hearth-worker"]]

    static func place(of module: String) -> Int? {
        modules.firstIndex { $0.name == module }
    }

    /// Nil when the import is allowed or is none of the table's business, else why it is not allowed.
    static func objection(to imported: String, in module: String) -> String? {
        guard let target = place(of: imported) else { return nil }
        guard let source = place(of: module) else {
            return "\(module) is not in the table of layers; add it to Layers.swift and Docs/Architecture.md"
        }
        if strangers.contains([module, imported]) {
            return "\(module) and \(imported) never import each other"
        }
        if target >= source {
            return "\(module) (layer \(modules[source].layer)) must not import \(imported)"
                + " (layer \(modules[target].layer)): imports go down, and within a layer to modules named before"
        }
        return nil
    }
}
