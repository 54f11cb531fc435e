import Glibc
import Inference
import Kernels
import LinuxSystem
import ModelFiles
import TestSupport

/// A tiny BERT with random weights, as a file. Tests change its keys and tensors before they write it.
struct SyntheticBert {
    struct Tensor {
        var dimensions: [Int]
        var format: WeightFormat
        var values: [Float]
    }

    static let width = 64
    static let inner = 96
    static let heads = 4
    static let layers = 2
    static let vocabulary = 50
    static let positions = 300

    var keys: [(String, GGUFMetadataValue)] = [
        ("general.architecture", .string("bert")),
        ("bert.block_count", .uint32(UInt32(layers))),
        ("bert.context_length", .uint32(UInt32(positions))),
        ("bert.embedding_length", .uint32(UInt32(width))),
        ("bert.feed_forward_length", .uint32(UInt32(inner))),
        ("bert.attention.head_count", .uint32(UInt32(heads))),
        ("bert.attention.layer_norm_epsilon", .float32(1e-6)),
        ("bert.pooling_type", .uint32(1)),
    ]
    /// In the order of the file.
    var names: [String] = []
    var tensors: [String: Tensor] = [:]

    init(_ generator: inout SeededGenerator, _ format: WeightFormat = .f32) {
        add(&generator, "token_embd.weight", [Self.width, Self.vocabulary], format)
        add(&generator, "token_types.weight", [Self.width, 2], .f32)
        add(&generator, "position_embd.weight", [Self.width, Self.positions], .f32)
        addNorm(&generator, "token_embd_norm")
        for layer in 0..<Self.layers {
            let prefix = "blk.\(layer)."
            for name in ["attn_q", "attn_k", "attn_v", "attn_output"] {
                addLinear(&generator, prefix + name, [Self.width, Self.width], format)
            }
            addNorm(&generator, prefix + "attn_output_norm")
            addLinear(&generator, prefix + "ffn_up", [Self.width, Self.inner], format)
            addLinear(&generator, prefix + "ffn_down", [Self.inner, Self.width], format)
            addNorm(&generator, prefix + "layer_output_norm")
        }
    }

    private mutating func add(
        _ generator: inout SeededGenerator, _ name: String, _ dimensions: [Int], _ format: WeightFormat,
        around center: Float = 0, scale: Float = 0.2
    ) {
        let count = dimensions.reduce(1, *)
        let values = (0..<count).map { _ in center + Float.random(in: -scale...scale, using: &generator) }
        names.append(name)
        tensors[name] = Tensor(dimensions: dimensions, format: format, values: values)
    }

    private mutating func addLinear(
        _ generator: inout SeededGenerator, _ name: String, _ dimensions: [Int], _ format: WeightFormat
    ) {
        add(&generator, name + ".weight", dimensions, format)
        add(&generator, name + ".bias", [dimensions[1]], .f32)
    }

    private mutating func addNorm(_ generator: inout SeededGenerator, _ name: String) {
        add(&generator, name + ".weight", [Self.width], .f32, around: 1)
        add(&generator, name + ".bias", [Self.width], .f32)
    }

    mutating func set(_ key: String, _ value: GGUFMetadataValue?) {
        keys.removeAll { $0.0 == key }
        if let value { keys.append((key, value)) }
    }

    mutating func remove(_ name: String) { names.removeAll { $0 == name } }

    /// Gives a tensor another shape or format, with zeros in it.
    mutating func replace(_ name: String, _ dimensions: [Int], _ format: WeightFormat = .f32) {
        let zeros = [Float](repeating: 0, count: dimensions.reduce(1, *))
        tensors[name] = Tensor(dimensions: dimensions, format: format, values: zeros)
    }

    /// Writes the file into a folder and opens it.
    func file(in folder: TemporaryFolder) throws -> GGUFFile {
        let path = folder.path("model.gguf")
        var writer = GGUFWriter()
        for (key, value) in keys { writer.set(key, value) }
        for name in names {
            guard let tensor = tensors[name] else { continue }
            try writer.add(tensor: name, tensor.format, dimensions: tensor.dimensions)
        }
        let descriptor = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        try writer.write(to: descriptor) { announced, sink in
            let values = tensors[announced.name]?.values ?? []
            try sink(WeightFormat.quantize(values.span, to: announced.format).span.bytes)
        }
        return try GGUFFile(MappedFile(path: path))
    }

    /// What a reader of the file sees of a tensor, rounded as its format rounds.
    func stored(_ name: String) -> [Double] {
        guard let tensor = tensors[name] else { return [] }
        let row = WeightFormat.quantize(tensor.values.span, to: tensor.format)
        return WeightFormat.dequantize(row.span, from: tensor.format).map(Double.init)
    }

    /// Sequences of random tokens.
    static func sequences(_ generator: inout SeededGenerator, lengths: [Int]) -> [[Int32]] {
        lengths.map { length in
            (0..<length).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &generator) }
        }
    }
}
