import Kernels

/// How ggml stores a tensor: blocks of so many elements in so many bytes.
///
/// The table has every type that a GGUF file may name, because the extent of a tensor must be known to check
/// the file, also where Hearth has no kernels for the type. Types that ggml has withdrawn (4, 5, 31 to 33, 36
/// to 38) are absent.
struct GGMLType: Hashable, Sendable {
    /// The number in the file.
    let number: UInt32
    /// As ggml writes it.
    let name: String
    /// Elements of a block; a row is a whole number of blocks.
    let blockElements: Int
    /// Bytes of a block.
    let blockBytes: Int

    /// The type of a number, or nil where ggml has none.
    init?(number: UInt32) {
        guard let entry = Self.table[number] else { return nil }
        self.number = number
        (name, blockElements, blockBytes) = entry
    }

    /// The kernels' name for the type, or nil where there are no kernels.
    var weightFormat: WeightFormat? { WeightFormat(rawValue: .init(number)) }

    /// The bytes of a tensor; nil where a dimension is not positive, a row is not a whole number of blocks,
    /// or the product overflows.
    func byteCount(_ dimensions: [Int]) -> Int? {
        guard let row = dimensions.first, row.isMultiple(of: blockElements) else { return nil }
        var product = row / blockElements
        // The number of elements must not overflow either, hence the last factor.
        for factor in dimensions.dropFirst() + [blockBytes, blockElements] {
            let (next, overflow) = product.multipliedReportingOverflow(by: factor)
            guard !overflow, next > 0 else { return nil }
            product = next
        }
        return product / blockElements
    }

    private static let table: [UInt32: (String, Int, Int)] = [
        0: ("F32", 1, 4), 1: ("F16", 1, 2), 30: ("BF16", 1, 2), 28: ("F64", 1, 8),
        24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8),
        2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22), 7: ("Q5_1", 32, 24),
        8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 36),
        10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176),
        14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292),
        16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 22: ("IQ2_S", 256, 82),
        18: ("IQ3_XXS", 256, 98), 21: ("IQ3_S", 256, 110), 19: ("IQ1_S", 256, 50), 29: ("IQ1_M", 256, 56),
        20: ("IQ4_NL", 32, 18), 23: ("IQ4_XS", 256, 136),
        34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36),
        41: ("Q1_0", 128, 18),
    ]
}
