import CKernels

extension Arithmetic {
    /// Sets row i of X to the sum of one row from each table, the one that the table's i-th index says.
    ///
    /// Each list has an index for each row of X. Indices must be rows of their table.
    public func gather(_ lookups: [(table: WeightMatrix, indices: [Int32])], into x: inout ActivationMatrix) {
        let isa = isa, columns = x.columns
        for (table, indices) in lookups {
            precondition(table.columns == columns, "a table is as wide as the matrix")
            precondition(indices.count == x.rows, "there is an index for each row")
            precondition(
                indices.allSatisfy { $0 >= 0 && Int($0) < table.rows }, "an index is a row of its table")
        }
        let start = unsafe x.row(at: 0)
        unsafe forRows(0..<x.rows, atATime: 16, nanosecondsEach: columns / 4) { rows in
            unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { summand in
                guard let summand = summand.baseAddress else { return }
                for row in rows {
                    for (place, (table, indices)) in lookups.enumerated() {
                        let sum = unsafe start + row * columns
                        unsafe hearth_kernels_dequantize_row(
                            isa, table.format.code, table.row(Int(indices[row])), place == 0 ? sum : summand,
                            columns)
                        if place > 0 { unsafe hearth_kernels_add(isa, sum, summand, columns) }
                    }
                }
            }
        }
    }

    /// Normalises each row to mean 0 and variance 1, then multiplies by the gain and adds the bias.
    ///
    /// The C function is `hearth_kernels_layer_norm`.
    public func layerNorm(_ x: inout ActivationMatrix, _ norm: LayerNorm) {
        unsafe layerNorm(&x, residual: nil, norm)
    }

    /// Adds the residual, which has the shape of X, and then normalises each row.
    public func layerNorm(
        _ x: inout ActivationMatrix, addingTo residual: borrowing ActivationMatrix, _ norm: LayerNorm
    ) {
        precondition(
            residual.rows == x.rows && residual.columns == x.columns, "a residual has the shape of X")
        unsafe layerNorm(&x, residual: residual.row(at: 0), norm)
    }

    private func layerNorm(
        _ x: inout ActivationMatrix, residual: UnsafePointer<Float>?, _ norm: LayerNorm
    ) {
        let isa = isa, columns = x.columns
        precondition(norm.gain.count == columns, "a norm has the width of the matrix")
        let start = unsafe x.row(at: 0)
        unsafe forRows(0..<x.rows, atATime: 16, nanosecondsEach: columns / 4) { rows in
            for row in rows {
                let offset = row * columns
                unsafe hearth_kernels_layer_norm(
                    isa, start + offset, residual.map { unsafe $0 + offset }, norm.gain.start,
                    norm.bias.start,
                    norm.epsilon, columns)
            }
        }
    }

    /// x * Phi(x) for each number of the first `rows` rows, by the Gaussian error function and not its tanh
    /// form.
    public func gelu(_ x: inout ActivationMatrix, rows: Int) {
        precondition(rows <= x.rows, "the rows are in the matrix")
        let isa = isa, columns = x.columns
        let start = unsafe x.row(at: 0)
        unsafe forRows(0..<rows, atATime: 4, nanosecondsEach: columns) { rows in
            unsafe hearth_kernels_gelu(isa, start + rows.lowerBound * columns, rows.count * columns)
        }
    }

    /// The mean of some rows, at least one.
    public func mean(_ x: borrowing ActivationMatrix, rows: Range<Int>) -> [Float] {
        precondition(!rows.isEmpty && rows.upperBound <= x.rows, "the rows are in the matrix")
        let columns = x.columns
        let start = unsafe x.row(at: rows.lowerBound)
        return unsafe [Float](unsafeUninitializedCapacity: columns) { mean, initializedCount in
            guard let mean = mean.baseAddress else { return }
            unsafe hearth_kernels_mean_rows(isa, start, columns, rows.count, columns, mean)
            initializedCount = columns
        }
    }

    /// Divides a vector by its length; zeros stay zeros.
    public func normalize(_ vector: inout [Float]) {
        unsafe vector.withUnsafeMutableBufferPointer { vector in
            guard let start = vector.baseAddress else { return }
            unsafe hearth_kernels_normalize(isa, start, vector.count)
        }
    }
}

/// The parameters of a layer norm.
public struct LayerNorm: Sendable {
    /// What each normalised number is multiplied by.
    public let gain: WeightVector
    /// What is added afterwards.
    public let bias: WeightVector
    /// What is added to the variance, so that a constant row does not divide by zero.
    public let epsilon: Float

    /// Joins gain and bias, which have the same count.
    public init(gain: WeightVector, bias: WeightVector, epsilon: Float) {
        precondition(gain.count == bias.count, "gain and bias have the same count")
        self.gain = gain
        self.bias = bias
        self.epsilon = epsilon
    }
}
