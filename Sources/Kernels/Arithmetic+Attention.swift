import CKernels

extension Arithmetic {
    /// Attention in which every position of a sequence sees every other, for several sequences at once.
    ///
    /// A row of `inputs` holds the query, the key and the value of one position, side by side and each of
    /// `out.columns` numbers, which the heads divide evenly. Sequences are ranges of rows, none in two of
    /// them. `scratch` is reshaped.
    ///
    /// - Throws: ``OutOfMemory``.
    /// - Complexity: O(n² * columns) for each sequence of n rows.
    public func attention(
        _ inputs: borrowing ActivationMatrix, sequences: [Range<Int>], heads: Int,
        into out: inout ActivationMatrix,
        scratch: inout ActivationMatrix
    ) throws(OutOfMemory) {
        let width = out.columns
        precondition(heads > 0 && width % heads == 0, "the heads divide the columns evenly")
        precondition(inputs.columns == 3 * width && inputs.rows == out.rows, "the inputs fit the result")
        precondition(sequences.allSatisfy { $0.upperBound <= out.rows }, "the sequences are in the matrix")
        let isa = isa
        let longest = sequences.reduce(0) { max($0, $1.count) }
        let scratchSize = hearth_kernels_attention_scratch(isa, longest, width / heads)
        try scratch.reshape(rows: threads * scratchSize, columns: 1)
        let start = unsafe inputs.row(at: 0), result = unsafe out.row(at: 0),
            memory = unsafe scratch.row(at: 0)
        let work = sequences.reduce(0) { $0 + $1.count * $1.count * (width + 12 * heads) / 48 }
        unsafe team.run(chunks: sequences.count * heads, nanoseconds: work) { chunk, member in
            let rows = sequences[chunk / heads]
            guard !rows.isEmpty else { return }
            let first = unsafe start + rows.lowerBound * 3 * width
            let operands = unsafe hearth_kernels_attention_operands(
                queries: first, keys: first + width, values: first + 2 * width, stride: 3 * width,
                out: result + rows.lowerBound * width, out_stride: width, length: rows.count,
                head_size: width / heads, scale: 1 / Float(width / heads).squareRoot())
            unsafe withUnsafePointer(to: operands) { operands in
                unsafe hearth_kernels_attention(isa, operands, chunk % heads, memory + member * scratchSize)
            }
        }
    }
}
