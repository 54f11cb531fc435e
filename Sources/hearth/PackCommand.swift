import ArgumentParser
import Bundles
import FoundationEssentials
import FunctionTypes
import Kernels

/// `hearth pack`: a published model to a bundle.
struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Turn a model folder in Hugging Face's layout into a bundle.")

    /// How the weights are stored, as the command line spells it.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case f32
        case f16
        case q8_0
        case q4_0

        var weightFormat: WeightFormat {
            switch self {
            case .f32: .f32
            case .f16: .f16
            case .q8_0: .q8_0
            case .q4_0: .q4_0
            }
        }
    }

    @Argument(help: "The model's folder: config.json, model.safetensors, tokenizer.json or vocab.txt.")
    var source: String

    @Option(name: .shortAndLong, help: "The bundle's folder; made by this command.")
    var output: String

    @Option(
        help:
            "How the weights are stored: f32, f16, q8_0, or q4_0, which keeps the most sensitive ones in q8_0."
    )
    var quantize: Format = .q8_0

    @Option(help: "The function's name (default: the source folder's).")
    var name: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let packer = ModelPacker(
            source: source, destination: output, format: quantize.weightFormat,
            name: try name.map { try FunctionName($0) })
        var bar = ProgressBar("packing  ")
        try packer.pack { bar.show($0.bytesDone, of: $0.bytesTotal) }
        bar.finish()
        let bundle = try BundleFolder(path: output)
        if json {
            let bytes = bundle.totalBytes
            print(
                "{\"bundle\":\(JSONText.quoted(output)),\"bytes\":\(bytes),\"name\":\(JSONText.quoted(bundle.manifest.name.rawValue))}"
            )
        } else {
            print("packed '\(bundle.manifest.name)' into \(output), \(readable(bytes: bundle.totalBytes))")
        }
    }
}
