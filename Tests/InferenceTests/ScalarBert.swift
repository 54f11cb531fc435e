import Foundation
import Kernels

/// BERT by its formulas, in double precision, one number at a time: what the encoder is compared with.
struct ScalarBert {
    let model: SyntheticBert
    var poolsFirst = false

    typealias Rows = [[Double]]

    func embed(_ tokens: [Int32]) -> [Double] {
        var x = norm(embeddings(tokens), "token_embd_norm")
        for layer in 0..<SyntheticBert.layers {
            let prefix = "blk.\(layer)."
            let gathered = attend(x, prefix)
            x = norm(sum(x, linear(gathered, prefix + "attn_output")), prefix + "attn_output_norm")
            let inner = linear(x, prefix + "ffn_up").map {
                $0.map { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }
            }
            x = norm(sum(x, linear(inner, prefix + "ffn_down")), prefix + "layer_output_norm")
        }
        let pooled = (0..<SyntheticBert.width).map { j in
            poolsFirst ? x[0][j] : x.reduce(0) { $0 + $1[j] } / Double(x.count)
        }
        let length = pooled.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return pooled.map { $0 / length }
    }

    private func embeddings(_ tokens: [Int32]) -> Rows {
        let width = SyntheticBert.width
        let words = model.stored("token_embd.weight"), types = model.stored("token_types.weight")
        let positions = model.stored("position_embd.weight")
        return tokens.enumerated().map { position, token in
            (0..<width).map { words[Int(token) * width + $0] + types[$0] + positions[position * width + $0] }
        }
    }

    private func sum(_ a: Rows, _ b: Rows) -> Rows { zip(a, b).map { zip($0, $1).map(+) } }

    private func norm(_ x: Rows, _ name: String) -> Rows {
        let gain = model.stored(name + ".weight"), bias = model.stored(name + ".bias")
        return x.map { row in
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            return row.indices.map { (row[$0] - mean) / (variance + 1e-6).squareRoot() * gain[$0] + bias[$0] }
        }
    }

    private func linear(_ x: Rows, _ name: String) -> Rows {
        let weights = model.stored(name + ".weight"), bias = model.stored(name + ".bias")
        let format = model.tensors[name + ".weight"]?.format ?? .f32
        return x.map { row in
            let row = format.usesIntegerRows ? rounded(row) : row
            return bias.indices.map { r in
                row.indices.reduce(bias[r]) { $0 + weights[r * row.count + $1] * row[$1] }
            }
        }
    }

    /// As activations are rounded for integer products: 8 bits, a scale for each 32 of them.
    private func rounded(_ row: [Double]) -> [Double] {
        stride(from: 0, to: row.count, by: 32).flatMap { first in
            let block = row[first..<first + 32]
            let scale = (block.map(abs).max() ?? 0) / 127
            return block.map { scale > 0 ? ($0 / scale).rounded(.toNearestOrEven) * scale : 0 }
        }
    }

    private func attend(_ x: Rows, _ prefix: String) -> Rows {
        let q = linear(x, prefix + "attn_q"), k = linear(x, prefix + "attn_k"),
            v = linear(x, prefix + "attn_v")
        let size = SyntheticBert.width / SyntheticBert.heads
        return x.indices.map { i in
            (0..<SyntheticBert.heads).flatMap { head -> [Double] in
                let columns = head * size..<(head + 1) * size
                let scores = x.indices.map { j in
                    exp(columns.reduce(0) { $0 + q[i][$1] * k[j][$1] } / Double(size).squareRoot())
                }
                let total = scores.reduce(0, +)
                return columns.map { c in x.indices.reduce(0) { $0 + scores[$1] * v[$1][c] } / total }
            }
        }
    }
}
