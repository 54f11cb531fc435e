import Foundation
import TestSupport

/// A tiny BERT in Hugging Face's layout, in a folder of its own; tests change one thing and pack it.
final class ModelFolder {
    private let folder: TemporaryFolder
    /// Around the model and whatever is packed; should hold nothing else.
    var parent: String { folder.path }
    var source: String { parent + "/Tiny_Model" }
    var destination: String { parent + "/bundle" }

    static let vocabulary = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b", "ab", "\u{E9}", "e\u{301}", "##\u{E9}",
    ]
    static let (layers, width, inner, positions) = (2, 32, 64, 16)

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: source + "/1_Pooling", withIntermediateDirectories: true)
        try write("config.json", Self.configuration)
        try write("vocab.txt", Self.vocabulary.joined(separator: "\n") + "\n")
        try write("tokenizer.json", Self.tokenizer)
        try write(
            "tokenizer_config.json",
            #"{"do_lower_case": true, "cls_token": "[CLS]", "sep_token": {"content": "[SEP]", "lstrip": false}}"#
        )
        try write("modules.json", Self.modules)
        try write(
            "1_Pooling/config.json", #"{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}"#)
        try write("sentence_bert_config.json", #"{"max_seq_length": 12, "do_lower_case": false}"#)
        try writeWeights(Self.shapes)
    }

    /// What the folder around the model has beside it.
    func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: parent).filter { $0 != "Tiny_Model" }.sorted()
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: source + "/" + name))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: source + "/" + name) }

    /// Replaces text in a file; the text must be there.
    func replace(_ old: String, by new: String, in name: String) throws {
        let text = try String(contentsOfFile: source + "/" + name, encoding: .utf8)
        precondition(text.contains(old), "\(name) has no \(old)")
        try write(name, text.replacingOccurrences(of: old, with: new))
    }

    /// Writes tensors of 32-bit floats; element `i` of tensor `n` is `n + i / 1024`.
    func writeWeights(_ tensors: [(name: String, shape: [Int])]) throws {
        var header: [String] = []
        var data = Data()
        for (number, tensor) in tensors.enumerated() {
            let start = data.count
            for value in Self.values(number, tensor.shape.reduce(1, *)) {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
            header.append(
                #""\#(tensor.name)":{"dtype":"F32","shape":\#(tensor.shape),"data_offsets":[\#(start),\#(data.count)]}"#
            )
        }
        let text = Data("{\(header.joined(separator: ","))}".utf8)
        var file = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
        file.append(text)
        file.append(data)
        try file.write(to: URL(fileURLWithPath: source + "/model.safetensors"))
    }

    static func values(_ number: Int, _ count: Int) -> [Float] {
        (0..<count).map { Float(number) + Float($0 % 1024) / 1024 }
    }

    static let configuration = """
        {"architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": 32,
        "intermediate_size": 64, "layer_norm_eps": 1e-12, "max_position_embeddings": 16,
        "num_attention_heads": 4, "num_hidden_layers": 2, "position_embedding_type": "absolute",
        "type_vocab_size": 2, "vocab_size": 13}
        """

    static let modules = """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """

    /// The vocabulary's numbers are not in order, as in real files.
    static var tokenizer: String {
        let tokens = vocabulary.enumerated().reversed().map { #""\#($1)": \#($0)"# }.joined(separator: ", ")
        return """
            {"version": "1.0", "truncation": null, "added_tokens": [{"id": 0, "content": "[PAD]", "special": true}],
            "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": {\(tokens)}}}
            """
    }

    /// The published names, in the order of the file.
    static var shapes: [(name: String, shape: [Int])] {
        var shapes: [(name: String, shape: [Int])] = [
            ("embeddings.LayerNorm.bias", [width]), ("embeddings.LayerNorm.weight", [width]),
            ("embeddings.position_embeddings.weight", [positions, width]),
            ("embeddings.token_type_embeddings.weight", [2, width]),
            ("embeddings.word_embeddings.weight", [13, width]),
        ]
        for layer in 0..<layers {
            let prefix = "encoder.layer.\(layer)"
            for name in ["self.query", "self.key", "self.value", "output.dense"] {
                shapes.append(("\(prefix).attention.\(name).weight", [width, width]))
                shapes.append(("\(prefix).attention.\(name).bias", [width]))
            }
            for norm in ["attention.output", "output"] {
                shapes.append(("\(prefix).\(norm).LayerNorm.weight", [width]))
                shapes.append(("\(prefix).\(norm).LayerNorm.bias", [width]))
            }
            shapes.append(("\(prefix).intermediate.dense.weight", [inner, width]))
            shapes.append(("\(prefix).intermediate.dense.bias", [inner]))
            shapes.append(("\(prefix).output.dense.weight", [width, inner]))
            shapes.append(("\(prefix).output.dense.bias", [width]))
        }
        return shapes + [("pooler.dense.bias", [width]), ("pooler.dense.weight", [width, width])]
    }
}
