import FunctionTypes
import Glibc
import Kernels
import LinuxSystem
import ModelFiles

/// A BERT model on its way into a GGUF file.
struct BertConversion {
    private var writer = GGUFWriter()
    private let sources: [SafetensorsTensor]

    /// Checks everything that can be checked before the first byte is written.
    init(
        _ configuration: BertConfiguration, _ tokenizer: BertTokenizerSource, _ file: SafetensorsFile,
        _ format: WeightFormat, name: FunctionName
    ) throws {
        let tensors = BertTensor.all(configuration)
        let weights = try BertWeights(file)
        sources = try tensors.map(weights.source)
        try weights.checkAllUsed(by: tensors)
        for (key, value) in Self.metadata(configuration, format, name)
            + Self.metadata(tokenizer, configuration)
        {
            writer.set(key, value)
        }
        for tensor in tensors {
            try writer.add(
                tensor: tensor.name, Self.format(of: tensor, format), dimensions: tensor.dimensions)
        }
    }

    /// Writes the file, a few rows at a time.
    func write(to path: String, _ progress: (ModelPacker.Progress) -> Void) throws {
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
        let total = writer.tensors.reduce(0) { $0 + $1.byteCount }
        var done = 0
        var index = 0
        try writer.write(to: file) { tensor, sink in
            let source = sources[index]
            index += 1
            let rowLength = tensor.dimensions[0]
            let rows = source.elementCount / rowLength
            // About a megabyte of numbers at a time.
            let step = max(1, (1 << 18) / rowLength)
            for first in stride(from: 0, to: rows, by: step) {
                let last = min(first + step, rows)
                let values = try source.floats(first * rowLength..<last * rowLength)
                let bytes = WeightFormat.quantize(values.span, to: tensor.format)
                try sink(bytes.span.bytes)
                done += bytes.count
                progress(ModelPacker.Progress(bytesDone: done, bytesTotal: total))
            }
        }
        try retryingOnInterrupt("sync", path) { fsync(file.number) }
    }

    /// Four bits everywhere turn the vectors of all-MiniLM-L6-v2 by a cosine of 0.944; with these in eight,
    /// of 0.996.
    private static let sensitiveToFourBits = [
        "attn_v.weight", "attn_output.weight", "ffn_up.weight", "ffn_down.weight",
    ]

    private static func format(of tensor: BertTensor, _ wanted: WeightFormat) -> WeightFormat {
        guard tensor.isQuantizable else { return .f32 }
        let suffers = sensitiveToFourBits.contains { tensor.name.hasSuffix($0) }
        let wanted = wanted == .q4_0 && suffers ? .q8_0 : wanted
        return tensor.dimensions[0].isMultiple(of: wanted.elementsPerBlock) ? wanted : .f16
    }

    private static func metadata(
        _ configuration: BertConfiguration, _ format: WeightFormat, _ name: FunctionName
    ) -> [(String, GGUFMetadataValue)] {
        func count(_ value: Int) -> GGUFMetadataValue { .uint32(UInt32(value)) }
        let fileType: UInt32 =
            switch format {
            case .f32: 0
            case .f16: 1
            case .q4_0: 2
            case .q8_0: 7
            }
        var metadata: [(String, GGUFMetadataValue)] = [
            ("general.architecture", .string("bert")),
            ("general.type", .string("model")),
            ("general.name", .string(name.rawValue)),
            ("bert.block_count", count(configuration.layers)),
            ("bert.context_length", count(configuration.positions)),
            ("bert.embedding_length", count(configuration.width)),
            ("bert.feed_forward_length", count(configuration.innerWidth)),
            ("bert.attention.head_count", count(configuration.heads)),
            ("bert.attention.layer_norm_epsilon", .float32(configuration.epsilon)),
            ("general.file_type", .uint32(fileType)),
            ("bert.attention.causal", .bool(false)),
            ("bert.pooling_type", .uint32(configuration.pooling.rawValue)),
            ("general.quantization_version", .uint32(2)),
        ]
        if let length = configuration.maximumSequenceLength {
            metadata.append(("hearth.max_sequence_length", count(length)))
        }
        return metadata
    }

    private static func metadata(
        _ tokenizer: BertTokenizerSource, _ configuration: BertConfiguration
    ) -> [(String, GGUFMetadataValue)] {
        func number(_ role: String, _ value: Int) -> (String, GGUFMetadataValue) {
            ("tokenizer.ggml.\(role)_token_id", .uint32(UInt32(value)))
        }
        var metadata: [(String, GGUFMetadataValue)] = [
            ("tokenizer.ggml.token_type_count", .uint32(UInt32(configuration.tokenTypes))),
            ("tokenizer.ggml.model", .string("bert")),
            ("tokenizer.ggml.pre", .string("default")),
            ("tokenizer.ggml.tokens", .strings(tokenizer.tokens)),
            ("tokenizer.ggml.token_type", .int32s(tokenizer.types)),
            // The start and the end have the roles that other models give to them, too.
            number("bos", tokenizer.cls), number("eos", tokenizer.sep), number("unknown", tokenizer.unknown),
            number("seperator", tokenizer.sep),
        ]
        if let padding = tokenizer.padding { metadata.append(number("padding", padding)) }
        if let mask = tokenizer.mask { metadata.append(number("mask", mask)) }
        metadata += [
            ("tokenizer.ggml.add_bos_token", .bool(true)),
            ("tokenizer.ggml.add_eos_token", .bool(true)),
            ("tokenizer.ggml.add_sep_token", .bool(false)),
            ("tokenizer.ggml.normalizer.lowercase", .bool(tokenizer.lowercase)),
        ]
        if let stripAccents = tokenizer.stripAccents {
            metadata.append(("tokenizer.ggml.normalizer.strip_accents", .bool(stripAccents)))
        }
        return metadata
    }
}
