import CKernels

extension WeightFormat {
    /// The bytes of a row of `count` numbers, a multiple of ``elementsPerBlock``.
    public func rowBytes(_ count: Int) -> Int {
        precondition(count % elementsPerBlock == 0, "a row of \(name) is a whole number of blocks")
        return count / elementsPerBlock * bytesPerBlock
    }

    /// Stores numbers as one row of a format.
    ///
    /// `q8_0` scales each block by its largest magnitude; `q4_0` searches for the scale with the least
    /// squared error. A block that holds infinity or NaN reads back as NaN. The count must be a multiple of
    /// ``elementsPerBlock``.
    public static func quantize(_ values: Span<Float>, to format: WeightFormat) -> [UInt8] {
        let byteCount = format.rowBytes(values.count)
        return unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, initializedCount in
            unsafe values.withUnsafeBufferPointer { values in
                guard let source = values.baseAddress, let row = bytes.baseAddress else { return }
                unsafe hearth_kernels_quantize_row(format.code, source, row, values.count)
            }
            initializedCount = byteCount
        }
    }

    /// Reads the numbers of one row of a format, whose length in bytes must be a whole number of blocks.
    public static func dequantize(_ row: Span<UInt8>, from format: WeightFormat) -> [Float] {
        precondition(
            row.count % format.bytesPerBlock == 0, "a row of \(format.name) is a whole number of blocks")
        let count = row.count / format.bytesPerBlock * format.elementsPerBlock
        return unsafe [Float](unsafeUninitializedCapacity: count) { values, initializedCount in
            unsafe row.withUnsafeBufferPointer { row in
                guard let source = row.baseAddress, let target = values.baseAddress else { return }
                unsafe hearth_kernels_dequantize_row(
                    InstructionSet.best.isa, format.code, source, target, count)
            }
            initializedCount = count
        }
    }
}
