/// Cuts a batch of sequences into runs of whole sequences, in order, so that memory depends on neither the
/// number of sequences nor, beyond the longest, on their lengths.
enum MicroBatches {
    /// Enough rows for matrix products to run at full speed, few enough that the activations stay in the
    /// cache.
    static let tokenLimit = 256

    /// Ranges of sequences of at most `limit` tokens together; a longer sequence is alone.
    static func plan(_ lengths: [Int], limit: Int = tokenLimit) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var first = 0
        var tokens = 0
        for (index, length) in lengths.enumerated() {
            if index > first && tokens + length > limit {
                batches.append(first..<index)
                first = index
                tokens = 0
            }
            tokens += length
        }
        if first < lengths.count { batches.append(first..<lengths.count) }
        return batches
    }
}
