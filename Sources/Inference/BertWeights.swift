import Kernels
import ModelFiles

/// The weights of a BERT encoder, as llama.cpp's converter names them.
struct BertWeights: Sendable {
    /// One layer: attention, then the feed-forward network, each followed by a norm over its sum with its
    /// input.
    struct Layer: Sendable {
        let query: Linear
        let key: Linear
        let value: Linear
        let attentionOutput: Linear
        let attentionNorm: LayerNorm
        let up: Linear
        let down: Linear
        let outputNorm: LayerNorm
    }

    let tokens: WeightMatrix
    let tokenTypes: WeightMatrix
    let positions: WeightMatrix
    let embeddingNorm: LayerNorm
    let layers: [Layer]

    /// - Throws: ``ModelFileError`` naming the first tensor that is absent or has another shape or format.
    init(_ file: GGUFFile, _ sizes: BertHyperparameters) throws(ModelFileError) {
        let tensors = CheckedTensors(file)
        let width = sizes.width
        tokens = try tensors.matrix("token_embd.weight", rows: .any, columns: width)
        tokenTypes = try tensors.matrix("token_types.weight", rows: .any, columns: width)
        positions = try tensors.matrix(
            "position_embd.weight", rows: .exactly(sizes.positions), columns: width)
        embeddingNorm = try tensors.norm("token_embd_norm", count: width, epsilon: sizes.epsilon)
        var layers: [Layer] = []
        for index in 0..<sizes.layers { layers.append(try Layer(tensors, "blk.\(index).", sizes)) }
        self.layers = layers
    }
}

extension BertWeights.Layer {
    fileprivate init(
        _ tensors: CheckedTensors, _ prefix: String, _ sizes: BertHyperparameters
    ) throws(ModelFileError) {
        let width = sizes.width, inner = sizes.feedForwardWidth
        query = try tensors.linear(prefix + "attn_q", rows: width, columns: width)
        key = try tensors.linear(prefix + "attn_k", rows: width, columns: width)
        value = try tensors.linear(prefix + "attn_v", rows: width, columns: width)
        attentionOutput = try tensors.linear(prefix + "attn_output", rows: width, columns: width)
        attentionNorm = try tensors.norm(prefix + "attn_output_norm", count: width, epsilon: sizes.epsilon)
        up = try tensors.linear(prefix + "ffn_up", rows: inner, columns: width)
        down = try tensors.linear(prefix + "ffn_down", rows: width, columns: inner)
        outputNorm = try tensors.norm(prefix + "layer_output_norm", count: width, epsilon: sizes.epsilon)
    }
}
