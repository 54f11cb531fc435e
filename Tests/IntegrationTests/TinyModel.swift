import Foundation
import TestSupport

/// A sentence encoder of a few kilobytes: one layer, 32 numbers a vector, weights from a seed.
struct TinyModel {
    static let width = 32
    static let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "▁the", "▁cat", "▁sat", "s", "▁a"]

    var gguf = GGUFBytes()

    /// - Parameter seed: other weights, so another file and other vectors.
    init(seed: UInt64, positions: Int = 16) {
        var random = SeededGenerator(seed: seed)
        setKeys(positions)
        let width = Self.width
        func values(_ count: Int) -> [Float] {
            (0..<count).map { _ in Float.random(in: -0.5...0.5, using: &random) }
        }
        func matrix(_ name: String, rows: Int, _ columns: Int) {
            gguf.add(name, [columns, rows], values(rows * columns))
        }
        func linear(_ name: String) {
            matrix("\(name).weight", rows: width, width)
            gguf.add("\(name).bias", [width], values(width))
        }
        func norm(_ name: String) {
            gguf.add("\(name).weight", [width], [Float](repeating: 1, count: width))
            gguf.add("\(name).bias", [width], [Float](repeating: 0, count: width))
        }
        matrix("token_embd.weight", rows: Self.words.count, width)
        matrix("token_types.weight", rows: 2, width)
        matrix("position_embd.weight", rows: positions, width)
        norm("token_embd_norm")
        for name in ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_up", "ffn_down"] {
            linear("blk.0.\(name)")
        }
        norm("blk.0.attn_output_norm")
        norm("blk.0.layer_output_norm")
    }

    private mutating func setKeys(_ positions: Int) {
        gguf.set("general.architecture", "bert")
        gguf.set("bert.block_count", UInt32(1))
        gguf.set("bert.context_length", UInt32(positions))
        gguf.set("bert.embedding_length", UInt32(Self.width))
        gguf.set("bert.feed_forward_length", UInt32(Self.width))
        gguf.set("bert.attention.head_count", UInt32(2))
        gguf.set("bert.attention.layer_norm_epsilon", Float(1e-12))
        gguf.set("bert.pooling_type", UInt32(1))
        gguf.set("tokenizer.ggml.model", "bert")
        gguf.set("tokenizer.ggml.tokens", Self.words)
        gguf.set("tokenizer.ggml.cls_token_id", UInt32(2))
        gguf.set("tokenizer.ggml.seperator_token_id", UInt32(3))
        gguf.set("tokenizer.ggml.unknown_token_id", UInt32(1))
    }

    var bytes: [UInt8] { gguf.build().bytes }
}

/// Bundles on disk.
extension HostFolder {
    /// Writes a bundle and returns its folder.
    @discardableResult
    func writeBundle(
        _ name: String, model: [UInt8], manifest lines: [String] = [], in place: String? = nil
    ) throws -> String {
        let place = place ?? "bundles/\(name)"
        let manifest = ["name: \(name)", "runtime: gguf", "model: model.gguf"] + lines
        try write((manifest.joined(separator: "\n") + "\n").utf8, to: "\(place)/function.yaml")
        try write(model, to: "\(place)/model.gguf")
        return path(place)
    }
}
