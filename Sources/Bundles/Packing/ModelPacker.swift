import FoundationEssentials
public import FunctionTypes
public import Kernels
import LinuxSystem
import ModelFiles
import Tokenizers

// Packing turns a model as it is published (a folder with config.json, model.safetensors and a tokenizer)
// into a bundle as it is deployed: model.gguf and function.yaml. The GGUF file has the keys and tensor names
// that llama.cpp's converter gives, so either tool reads what the other wrote.

/// Converts a model folder in Hugging Face's layout into a bundle.
public struct ModelPacker: Sendable {
    /// How far the conversion is.
    public struct Progress: Hashable, Sendable {
        /// Bytes of tensors written.
        public let bytesDone: Int
        /// Bytes of tensors in all.
        public let bytesTotal: Int
    }

    /// The folder to read.
    public var source: String
    /// The folder to make. It may exist only if it is empty; the folder around it must exist.
    public var destination: String
    /// How the weight matrices are stored. Vectors, and the small tables of positions and token types, stay
    /// `f32`; a matrix whose rows are not whole blocks becomes `f16`. With `q4_0`, the matrices that suffer
    /// most from four bits (values and output of the attention, both of the feed-forward layers) become
    /// `q8_0`.
    public var format: WeightFormat
    /// The function's name; where nil, made from the name of the source folder.
    public var name: FunctionName?

    /// Describes a conversion; nothing is read yet.
    public init(source: String, destination: String, format: WeightFormat = .q8_0, name: FunctionName? = nil)
    {
        self.source = source
        self.destination = destination
        self.format = format
        self.name = name
    }

    /// Converts. The bundle appears at once and complete, or not at all. Blocks for seconds; not for a
    /// cooperative thread.
    ///
    /// - Throws: ``HearthError``: `.invalidModel` where the source is not a model that Hearth can run,
    ///   `.conflict`
    ///   where the destination is not empty, `.internalError` where the system refuses.
    public func pack(progress: (Progress) -> Void = { _ in }) throws(HearthError) {
        do {
            try convert(progress)
        } catch let error as HearthError {
            throw error
        } catch let error as ModelFileError {
            throw HearthError(
                .invalidModel, "Cannot pack '\(source)': \(error).",
                remedy: "Check that the model's files are complete.")
        } catch {
            throw HearthError(.internalError, "Cannot pack '\(source)': \(error).")
        }
    }

    private func convert(_ progress: (Progress) -> Void) throws {
        let name = try name ?? Self.name(ofFolder: source)
        let folder = HuggingFaceFolder(path: source)
        let configuration = try BertConfiguration(folder)
        let tokenizer = try BertTokenizerSource(folder, configuration)
        let conversion = try BertConversion(
            configuration, tokenizer, try folder.weights(), format, name: name)
        let staging = try StagedFolder(destination)
        do {
            try conversion.write(to: staging.path("model.gguf"), progress)
            try Self.check(staging.path("model.gguf"))
            try staging.write(BundleManifestText(name).text, to: "function.yaml")
            try staging.publish()
        } catch {
            staging.discard()
            throw error
        }
    }

    /// Opens what was written as a worker will.
    private static func check(_ path: String) throws {
        let file = try GGUFFile(MappedFile(path: path))
        _ = try WordPieceTokenizer(file)
    }

    private static func name(ofFolder path: String) throws(HearthError) -> FunctionName {
        let last = path.split(separator: "/").last { $0 != "." && $0 != ".." } ?? ""
        let allowed = String(
            last.lowercased().map {
                ($0.isASCII && ($0.isLetter || $0.isNumber)) || "._-".contains($0) ? $0 : "-"
            })
        do {
            return try FunctionName(allowed)
        } catch {
            throw HearthError(
                .invalidRequest, "The folder '\(path)' gives no name for the function.",
                remedy: "Give one with --name.")
        }
    }
}
