import Kernels
import ModelFiles

/// A tensor of BERT, with its name on both sides.
struct BertTensor {
    /// In a GGUF file.
    let name: String
    /// In the published model, without a prefix.
    let source: String
    /// In GGUF's order.
    let dimensions: [Int]
    /// Whether it is a matrix that products are taken with, or rows are taken from, so that its size matters.
    let isQuantizable: Bool

    /// All tensors of a model, in the order in which a forward pass reads them.
    static func all(_ configuration: BertConfiguration) -> [BertTensor] {
        let width = configuration.width
        func table(_ name: String, _ source: String, rows: Int, isQuantizable: Bool) -> BertTensor {
            BertTensor(
                name: "\(name).weight", source: "embeddings.\(source).weight", dimensions: [width, rows],
                isQuantizable: isQuantizable)
        }
        var tensors = [
            table("token_embd", "word_embeddings", rows: configuration.vocabulary, isQuantizable: true),
            table(
                "token_types", "token_type_embeddings", rows: configuration.tokenTypes, isQuantizable: false),
            table(
                "position_embd", "position_embeddings", rows: configuration.positions, isQuantizable: false),
        ]
        tensors += norm("token_embd_norm", "embeddings.LayerNorm", width)
        for layer in 0..<configuration.layers {
            let (name, source) = ("blk.\(layer)", "encoder.layer.\(layer)")
            for (short, long) in [("q", "query"), ("k", "key"), ("v", "value")] {
                tensors += dense("\(name).attn_\(short)", "\(source).attention.self.\(long)", width, width)
            }
            tensors += dense("\(name).attn_output", "\(source).attention.output.dense", width, width)
            tensors += norm("\(name).attn_output_norm", "\(source).attention.output.LayerNorm", width)
            tensors += dense(
                "\(name).ffn_up", "\(source).intermediate.dense", width, configuration.innerWidth)
            tensors += dense("\(name).ffn_down", "\(source).output.dense", configuration.innerWidth, width)
            tensors += norm("\(name).layer_output_norm", "\(source).output.LayerNorm", width)
        }
        return tensors
    }

    private static func dense(_ name: String, _ source: String, _ inputs: Int, _ outputs: Int) -> [BertTensor]
    {
        [
            BertTensor(
                name: "\(name).weight", source: "\(source).weight", dimensions: [inputs, outputs],
                isQuantizable: true),
            BertTensor(
                name: "\(name).bias", source: "\(source).bias", dimensions: [outputs], isQuantizable: false),
        ]
    }

    private static func norm(_ name: String, _ source: String, _ width: Int) -> [BertTensor] {
        ["weight", "bias"].map {
            BertTensor(
                name: "\(name).\($0)", source: "\(source).\($0)", dimensions: [width], isQuantizable: false)
        }
    }
}

/// The tensors of a published model under the names that ``BertTensor`` has for them.
struct BertWeights {
    private let byName: [String: SafetensorsTensor]

    /// Takes off the names' prefix and old spellings, and leaves out what an embedding does not need.
    ///
    /// - Throws: ``ModelFileError`` where two tensors have one name.
    init(_ file: SafetensorsFile) throws(ModelFileError) {
        var byName: [String: SafetensorsTensor] = [:]
        for tensor in file.tensors {
            var name = tensor.name
            if name.hasPrefix("bert.") { name = String(name.dropFirst(5)) }
            if name.hasSuffix(".gamma") { name = name.dropLast(5) + "weight" }
            if name.hasSuffix(".beta") { name = name.dropLast(4) + "bias" }
            if name == "embeddings.position_ids" || name.hasPrefix("pooler.") || name.hasPrefix("cls.") {
                continue
            }
            guard byName.updateValue(tensor, forKey: name) == nil else {
                throw ModelFileError("model.safetensors has the tensor '\(name.prefix(100))' twice")
            }
        }
        self.byName = byName
    }

    /// The source of a tensor, its shape and type checked.
    func source(of tensor: BertTensor) throws(ModelFileError) -> SafetensorsTensor {
        guard let source = byName[tensor.source] else {
            throw ModelFileError("model.safetensors has no tensor '\(tensor.source)'")
        }
        guard source.shape == tensor.dimensions.reversed() else {
            throw ModelFileError(
                "the tensor '\(tensor.source)' has the shape \(source.shape), not \(Array(tensor.dimensions.reversed()))"
            )
        }
        _ = try source.floats(0..<0)
        return source
    }

    /// Throws where there is a tensor that nobody asked for: the model is then another than the configuration
    /// says.
    func checkAllUsed(by tensors: [BertTensor]) throws(ModelFileError) {
        let used = Set(tensors.map(\.source))
        if let other = byName.keys.filter({ !used.contains($0) }).min() {
            throw ModelFileError(
                "model.safetensors has the tensor '\(other.prefix(100))', which BERT does not have")
        }
    }
}
