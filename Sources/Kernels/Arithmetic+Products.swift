import CKernels

/// One linear map: W and, where the model has one, its bias.
public struct Linear: Sendable {
    /// W, a row for each output.
    public let weights: WeightMatrix
    /// One number for each output.
    public let bias: WeightVector?

    /// Joins a matrix and its bias, which has a number for each of the matrix's rows.
    public init(_ weights: WeightMatrix, bias: WeightVector?) {
        precondition(bias.map { $0.count == weights.rows } ?? true, "a bias has a number for each row")
        self.weights = weights
        self.bias = bias
    }
}

extension Arithmetic {
    /// Prepares rows of X for any number of products with matrices of a format, or of the other format of its
    /// pair: `f32` and `f16` share a form, and `q4_0` and `q8_0` share one, in which X is rounded to 8-bit
    /// integers with one scale for each 32 columns.
    ///
    /// - Throws: ``OutOfMemory``.
    public func pack(
        _ x: borrowing ActivationMatrix, rows: Range<Int>, for format: WeightFormat,
        into packed: inout PackedRows
    ) throws(OutOfMemory) {
        precondition(rows.upperBound <= x.rows, "the rows are in the matrix")
        precondition(x.columns % format.elementsPerBlock == 0, "the columns are a whole number of blocks")
        let groups = try packed.reshape(count: rows.count, columns: x.columns, for: format, instructionSet)
        let isa = isa, columns = x.columns
        let source = unsafe x.row(at: rows.lowerBound)
        let target = unsafe packed.start
        let width = hearth_kernels_pack_width(isa)
        unsafe forRows(0..<groups, atATime: max(1, 16 / width), nanosecondsEach: width * columns / 4) {
            groups in
            unsafe hearth_kernels_pack(
                isa, format.code, source, columns, rows.count, columns, groups.lowerBound, groups.upperBound,
                target)
        }
    }

    /// Y = X * W^T + bias for several maps at once, their results side by side in the columns of Y from
    /// `firstColumn`.
    ///
    /// `packed` was made for the format of each map; the rows go to `firstRow` of Y and those behind it.
    public func multiply(
        _ packed: borrowing PackedRows, by maps: [Linear], into y: inout ActivationMatrix, firstRow: Int = 0,
        firstColumn: Int = 0
    ) {
        precondition(firstRow >= 0 && firstRow + packed.count <= y.rows, "the result fits into the matrix")
        precondition(
            firstColumn >= 0 && maps.reduce(firstColumn) { $0 + $1.weights.rows } <= y.columns,
            "the result fits into the matrix")
        guard packed.count > 0 else { return }
        var products: [Product] = []
        var column = firstColumn
        for map in maps {
            let weights = map.weights
            precondition(
                packed.serves(weights.format, weights.columns, instructionSet),
                "the rows are packed for the weights")
            let operands = unsafe hearth_kernels_product(
                weights: weights.start, format: weights.format.code, columns: weights.columns,
                packed: packed.start,
                count: packed.count, bias: map.bias?.start, y: y.row(at: firstRow) + column,
                y_stride: y.columns)
            unsafe products.append(Product(operands: operands, rows: weights.rows))
            column += weights.rows
        }
        run(products)
    }

    private func run(_ products: [Product]) {
        let isa = isa
        let chunks = products.map { ($0.rows + Product.step - 1) / Product.step }
        // From 80 (F32) to 300 (Q8_0) products a nanosecond with AVX-512, a third of that with AVX2.
        let work = products.reduce(0) { unsafe $0 + $1.rows * $1.operands.columns * $1.operands.count / 200 }
        unsafe team.run(chunks: chunks.reduce(0, +), nanoseconds: work) { chunk, _ in
            var place = chunk
            var index = 0
            while place >= chunks[index] {
                place -= chunks[index]
                index += 1
            }
            let product = products[index]
            let first = place * Product.step
            unsafe withUnsafePointer(to: product.operands) { operands in
                unsafe hearth_kernels_multiply(isa, operands, first, min(first + Product.step, product.rows))
            }
        }
    }
}

/// One product of a job, which is handed out by rows of W.
@safe private struct Product {
    let operands: hearth_kernels_product
    let rows: Int

    /// Rows of W in a chunk: small enough that a dozen chunks make up the smallest matrices.
    static let step = 32
}
