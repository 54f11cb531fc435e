import FunctionTypes

/// The `function.yaml` of a packed embedding model. Every setting is written out, so that the reader finds
/// what there is to change.
struct BundleManifestText {
    let text: String

    init(_ name: FunctionName) {
        text = """
            name: \(name)
            runtime: gguf
            model: model.gguf
            task: embed
            # What one worker may use beside the weights, which all workers share.
            limits: { memory: 256MiB, threads: 2, timeout: 30s, maxBody: 4MiB }
            # No worker while nobody calls; an idle one stays for a while.
            scaling: { min: 0, max: 1, concurrency: 8, keepAlive: auto }

            """
    }
}
