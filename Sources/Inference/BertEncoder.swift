import Kernels

// BERT (Devlin and others, 2018) as sentence encoders use it: the sum of three embeddings, then layers of
// attention over the whole sequence and a feed-forward network, with norms after each half. The tokens of
// several sequences lie one behind the other as rows of one matrix, without padding; only attention knows
// where a sequence ends.

/// Computes the vectors of sequences. It has no state of its own.
struct BertEncoder: Sendable {
    let sizes: BertHyperparameters
    let weights: BertWeights
    let arithmetic: Arithmetic

    /// The unit vectors of some sequences of valid tokens.
    ///
    /// - Throws: ``OutOfMemory``.
    func encode(_ sequences: ArraySlice<[Int32]>, in scratch: inout EncoderScratch) throws(OutOfMemory)
        -> [[Float]]
    {
        let ranges = Self.ranges(sequences)
        try scratch.reshape(tokens: ranges.last?.upperBound ?? 0, sizes)
        embed(sequences, in: &scratch)
        for layer in weights.layers {
            try attend(layer, ranges, in: &scratch)
            try feedForward(layer, in: &scratch)
        }
        var vectors: [[Float]] = []
        for range in ranges {
            var vector =
                switch sizes.pooling {
                case .mean: arithmetic.mean(scratch.hidden, rows: range)
                case .first: scratch.hidden.row(range.lowerBound)
                }
            arithmetic.normalize(&vector)
            vectors.append(vector)
        }
        return vectors
    }

    /// The rows of each sequence.
    private static func ranges(_ sequences: ArraySlice<[Int32]>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var first = 0
        for sequence in sequences {
            ranges.append(first..<first + sequence.count)
            first += sequence.count
        }
        return ranges
    }

    private func embed(_ sequences: ArraySlice<[Int32]>, in scratch: inout EncoderScratch) {
        let tokens = sequences.flatMap { $0 }
        let positions = sequences.flatMap { 0..<Int32($0.count) }
        let types = [Int32](repeating: 0, count: tokens.count)
        arithmetic.gather(
            [(weights.tokens, tokens), (weights.tokenTypes, types), (weights.positions, positions)],
            into: &scratch.hidden)
        arithmetic.layerNorm(&scratch.hidden, weights.embeddingNorm)
    }

    private func attend(
        _ layer: BertWeights.Layer, _ ranges: [Range<Int>], in scratch: inout EncoderScratch
    ) throws(OutOfMemory) {
        let all = 0..<scratch.hidden.rows
        var column = 0
        for maps in Self.sharingPackedForm([layer.query, layer.key, layer.value]) {
            try arithmetic.pack(scratch.hidden, rows: all, for: maps[0].weights.format, into: &scratch.packed)
            arithmetic.multiply(scratch.packed, by: maps, into: &scratch.inputs, firstColumn: column)
            column += maps.count * sizes.width
        }
        try arithmetic.attention(
            scratch.inputs, sequences: ranges, heads: sizes.heads, into: &scratch.gathered,
            scratch: &scratch.attention)
        let map = layer.attentionOutput
        try arithmetic.pack(scratch.gathered, rows: all, for: map.weights.format, into: &scratch.packed)
        arithmetic.multiply(scratch.packed, by: [map], into: &scratch.output)
        arithmetic.layerNorm(&scratch.output, addingTo: scratch.hidden, layer.attentionNorm)
        swap(&scratch.output, &scratch.hidden)
    }

    private func feedForward(
        _ layer: BertWeights.Layer, in scratch: inout EncoderScratch
    ) throws(OutOfMemory) {
        var first = 0
        while first < scratch.hidden.rows {
            let rows = first..<min(first + scratch.inner.rows, scratch.hidden.rows)
            try arithmetic.pack(
                scratch.hidden, rows: rows, for: layer.up.weights.format, into: &scratch.packed)
            arithmetic.multiply(scratch.packed, by: [layer.up], into: &scratch.inner)
            arithmetic.gelu(&scratch.inner, rows: rows.count)
            let format = layer.down.weights.format
            try arithmetic.pack(scratch.inner, rows: 0..<rows.count, for: format, into: &scratch.packed)
            arithmetic.multiply(scratch.packed, by: [layer.down], into: &scratch.output, firstRow: first)
            first = rows.upperBound
        }
        arithmetic.layerNorm(&scratch.output, addingTo: scratch.hidden, layer.outputNorm)
        swap(&scratch.output, &scratch.hidden)
    }

    /// Neighbours that multiply the same packed rows; in almost every file, all of them.
    private static func sharingPackedForm(_ maps: [Linear]) -> [[Linear]] {
        maps.reduce(into: []) { runs, map in
            let form = map.weights.format.usesIntegerRows
            if runs.last?[0].weights.format.usesIntegerRows == form {
                runs[runs.count - 1].append(map)
            } else {
                runs.append([map])
            }
        }
    }
}
