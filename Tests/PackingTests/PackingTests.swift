import Bundles
import Foundation
import FunctionTypes
import Kernels
import LinuxSystem
import ModelFiles
import Testing
import Tokenizers

@Suite struct PackingTests {
    private let model: ModelFolder

    init() throws { model = try ModelFolder() }

    private func pack(
        _ format: WeightFormat = .q8_0, name: String? = nil,
        progress: (ModelPacker.Progress) -> Void = { _ in }
    ) throws -> GGUFFile {
        try ModelPacker(
            source: model.source, destination: model.destination, format: format,
            name: name.map { try FunctionName($0) }
        ).pack(progress: progress)
        return try GGUFFile(MappedFile(path: model.destination + "/model.gguf"))
    }

    private func strings(_ file: GGUFFile, _ key: String) throws -> [String?] {
        let array = try file.strings(key)
        var strings: [String?] = []
        array.forEach { _, position, _ in strings.append(array.string(at: position)) }
        return strings
    }

    /// The keys that llama.cpp's converter gives to a BERT model, less those that describe its origin; and
    /// our own.
    private static let keys: Set<String> = [
        "general.architecture", "general.type", "general.name", "general.file_type",
        "general.quantization_version",
        "bert.block_count", "bert.context_length", "bert.embedding_length", "bert.feed_forward_length",
        "bert.attention.head_count", "bert.attention.layer_norm_epsilon", "bert.attention.causal",
        "bert.pooling_type",
        "tokenizer.ggml.token_type_count", "tokenizer.ggml.model", "tokenizer.ggml.pre",
        "tokenizer.ggml.tokens",
        "tokenizer.ggml.token_type", "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id",
        "tokenizer.ggml.unknown_token_id", "tokenizer.ggml.seperator_token_id",
        "tokenizer.ggml.padding_token_id",
        "tokenizer.ggml.mask_token_id", "tokenizer.ggml.add_bos_token", "tokenizer.ggml.add_eos_token",
        "tokenizer.ggml.add_sep_token", "tokenizer.ggml.normalizer.lowercase", "hearth.max_sequence_length",
    ]

    /// The tensors that it gives to a layer.
    private static let layerTensors = [
        "attn_q", "attn_k", "attn_v", "attn_output", "attn_output_norm", "ffn_up", "ffn_down",
        "layer_output_norm",
    ].flatMap { ["\($0).weight", "\($0).bias"] }

    @Test func keysAndTensorNamesAreThoseOfLlamaConverter() throws {
        let file = try pack()
        #expect(Set(file.keys) == Self.keys)
        let layers = (0..<2).flatMap { layer in Self.layerTensors.map { "blk.\(layer).\($0)" } }
        #expect(
            file.tensors.map(\.name) == [
                "token_embd.weight", "token_types.weight", "position_embd.weight", "token_embd_norm.weight",
                "token_embd_norm.bias",
            ] + layers)
    }

    @Test func valuesOfTheConfigurationArrive() throws {
        let file = try pack()
        #expect(try file.string("general.architecture") == "bert")
        #expect(try file.integer("bert.block_count") == 2)
        #expect(try file.integer("bert.context_length") == 16)
        #expect(try file.integer("bert.embedding_length") == 32)
        #expect(try file.integer("bert.feed_forward_length") == 64)
        #expect(try file.integer("bert.attention.head_count") == 4)
        #expect(try file.float("bert.attention.layer_norm_epsilon") == 1e-12)
        #expect(try file.integer("bert.pooling_type") == 1)
        #expect(try file.integer("hearth.max_sequence_length") == 12)
        #expect(try file.integer("general.file_type") == 7)
        #expect(try file.bool("tokenizer.ggml.normalizer.lowercase"))
    }

    @Test func theVocabularyIsWrittenAsLlamaConverterWritesIt() throws {
        let file = try pack()
        let tokens = try strings(file, "tokenizer.ggml.tokens")
        let expected = [
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "▁a", "▁b", "b", "▁ab", "▁\u{E9}", "▁e\u{301}",
            "\u{E9}",
            "▁[PAD12]",
        ]
        #expect(tokens.map { $0.map { Array($0.utf8) } } == expected.map { Array($0.utf8) })
        let types = try file.integers("tokenizer.ggml.token_type")
        #expect((0..<types.count).map { types[$0] } == [3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 5])
        let tokenizer = try WordPieceTokenizer(file)
        #expect(tokenizer.encode("AB abb é [MASK]", maximumTokens: 20).ids == [2, 8, 8, 7, 1, 4, 3])
    }

    @Test func aVocabularyInLinesGivesTheSameFile() throws {
        let first = try pack()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: model.destination + "/model.gguf"))
        try FileManager.default.removeItem(atPath: model.destination)
        try model.remove("tokenizer.json")
        let second = try pack()
        #expect(first.keys == second.keys)
        #expect(try Data(contentsOf: URL(fileURLWithPath: model.destination + "/model.gguf")) == bytes)
    }

    @Test func fullPrecisionKeepsEveryNumber() throws {
        let file = try pack(.f32)
        let names = [
            "token_embd.weight": 4, "token_embd_norm.bias": 0, "blk.0.attn_q.weight": 5,
            "blk.1.ffn_down.bias": 36,
        ]
        for (name, number) in names {
            let tensor = try file.tensor(name)
            #expect(tensor.format == .f32)
            let values = tensor.bytes.bindMemory(to: Float.self)
            #expect(Array(values) == ModelFolder.values(number, tensor.elementCount), "\(name)")
        }
    }

    /// Four bits are too few for some matrices.
    private static func format(of name: String, wanted: WeightFormat) -> WeightFormat {
        let isSensitive = ["attn_v", "attn_output", "ffn_up", "ffn_down"].contains {
            name.hasSuffix("\($0).weight")
        }
        return wanted == .q4_0 && isSensitive ? .q8_0 : wanted
    }

    @Test(arguments: WeightFormat.allCases) func onlyMatricesAreQuantized(_ format: WeightFormat) throws {
        let file = try pack(format)
        for tensor in file.tensors {
            let small = tensor.name.hasPrefix("position") || tensor.name.hasPrefix("token_types")
            let expected =
                tensor.dimensions.count == 2 && !small ? Self.format(of: tensor.name, wanted: format) : .f32
            #expect(tensor.format == expected, "\(tensor.name)")
        }
        let matrix = try file.tensor("blk.0.ffn_up.weight")
        #expect(matrix.dimensions == [32, 64])
        let values = WeightFormat.dequantize(Array(matrix.bytes).span, from: matrix.format)
        let published =
            ModelFolder.shapes.firstIndex { $0.name == "encoder.layer.0.intermediate.dense.weight" } ?? 0
        for (value, original) in zip(values, ModelFolder.values(published, values.count)) {
            #expect(abs(value - original) <= original * 0.13)
        }
    }

    @Test func rowsThatAreNoWholeBlocksBecomeHalfPrecision() throws {
        try model.replace(#""intermediate_size": 64"#, by: #""intermediate_size": 48"#, in: "config.json")
        try model.writeWeights(ModelFolder.shapes.map { ($0.name, $0.shape.map { $0 == 64 ? 48 : $0 }) })
        let file = try pack(.q4_0)
        #expect(try file.tensor("blk.0.ffn_down.weight").format == .f16)
        #expect(try file.tensor("blk.0.attn_q.weight").format == .q4_0)
    }

    @Test func olderNamesOfTensorsAreUnderstood() throws {
        try model.writeWeights(
            ModelFolder.shapes.map { name, shape in
                let old = name.replacingOccurrences(of: "LayerNorm.weight", with: "LayerNorm.gamma")
                    .replacingOccurrences(of: "LayerNorm.bias", with: "LayerNorm.beta")
                return (name.hasPrefix("pooler") ? "cls.predictions.bias" + name : "bert." + old, shape)
            })
        #expect(try pack().tensors.count == 37)
    }

    @Test func theBundleHasAManifestThatHearthReads() throws {
        _ = try pack(name: "mini.lm")
        let contents = try FileManager.default.contentsOfDirectory(atPath: model.destination).sorted()
        #expect(contents == ["function.yaml", "model.gguf"])
        let manifest = try ManifestReader.read(
            String(contentsOfFile: model.destination + "/function.yaml", encoding: .utf8))
        #expect(manifest.name.rawValue == "mini.lm")
        #expect(manifest.runtime == .gguf)
        #expect(manifest.task == .embed)
        #expect(manifest.model?.description == "model.gguf")
        #expect(try model.leftovers() == ["bundle"])
    }

    @Test func theNameComesFromTheFolderWhereNoneIsGiven() throws {
        #expect(try pack().string("general.name") == "tiny_model")
    }

    @Test func progressRisesToTheTotal() throws {
        var reports: [ModelPacker.Progress] = []
        let file = try pack { reports.append($0) }
        #expect(reports.count >= file.tensors.count)
        #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.bytesDone < $1.bytesDone })
        #expect(reports.last?.bytesDone == file.tensors.reduce(0) { $0 + $1.byteCount })
        #expect(reports.allSatisfy { $0.bytesTotal == reports.last?.bytesDone })
    }

    @Test func settingsOfTheSourceDecide() throws {
        try model.replace(#""lowercase": true"#, by: #""lowercase": false"#, in: "tokenizer.json")
        try model.replace(#""strip_accents": null"#, by: #""strip_accents": true"#, in: "tokenizer.json")
        try model.write("1_Pooling/config.json", #"{"pooling_mode": "cls"}"#)
        try model.remove("sentence_bert_config.json")
        let file = try pack()
        #expect(try !file.bool("tokenizer.ggml.normalizer.lowercase"))
        #expect(try file.bool("tokenizer.ggml.normalizer.strip_accents"))
        #expect(try file.integer("bert.pooling_type") == 2)
        #expect(!file.has("hearth.max_sequence_length"))
    }
}
