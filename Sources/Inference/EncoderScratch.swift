import Kernels

/// The memory that an encoder computes in. It grows with the requests and is kept from one to the next while
/// it is small, so that a short text costs no page faults.
struct EncoderScratch: ~Copyable, Sendable {
    /// What a worker keeps between requests, in bytes.
    static let keptLimit = 2 << 20
    /// The feed-forward network runs for so many rows at a time: its inner activations are the widest of all.
    static let feedForwardRows = 128

    /// The activations between layers, [tokens × width].
    var hidden = ActivationMatrix()
    /// Query, key and value of each token, [tokens × 3 width].
    var inputs = ActivationMatrix()
    /// What attention gathered, [tokens × width].
    var gathered = ActivationMatrix()
    /// The output of a half layer before its residual is added, [tokens × width].
    var output = ActivationMatrix()
    /// The inner activations of some rows, [rows × feed-forward width].
    var inner = ActivationMatrix()
    var packed = PackedRows()
    var attention = ActivationMatrix()

    mutating func reshape(tokens: Int, _ sizes: BertHyperparameters) throws(OutOfMemory) {
        try hidden.reshape(rows: tokens, columns: sizes.width)
        try inputs.reshape(rows: tokens, columns: 3 * sizes.width)
        try gathered.reshape(rows: tokens, columns: sizes.width)
        try output.reshape(rows: tokens, columns: sizes.width)
        let rows = min(tokens, Self.feedForwardRows)
        try inner.reshape(rows: rows, columns: sizes.feedForwardWidth)
    }

    /// Gives everything back where it is too much to keep.
    mutating func trim() {
        if byteCount > Self.keptLimit { self = EncoderScratch() }
    }

    var byteCount: Int {
        hidden.byteCount + inputs.byteCount + gathered.byteCount + output.byteCount + inner.byteCount
            + packed.byteCount + attention.byteCount
    }
}
