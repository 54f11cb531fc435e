import CKernels
import Kernels
import TestSupport

/// What the tests of kernels share: the instruction sets of this machine, random numbers, and what rounding
/// allows.
enum Machine {
    /// Every instruction set that can run here; on other machines the list is shorter, never empty.
    static let sets = InstructionSet.allCases.filter(\.isAvailable)

    /// The sets that are checked against the reference.
    static let fastSets = sets.filter { $0 != .reference }

    /// Counts around the widths of vectors, blocks, tiles and chunks.
    static let edgeCounts = [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 511, 512, 513]
}

extension InstructionSet {
    /// The name in C.
    var isa: hearth_kernels_isa {
        switch self {
        case .reference: .reference
        case .avx2: .avx2
        case .avx512vnni: .avx512vnni
        }
    }
}

extension WeightFormat {
    /// The name in C.
    var code: hearth_kernels_format {
        switch self {
        case .f32: .f32
        case .f16: .f16
        case .q4_0: .q4_0
        case .q8_0: .q8_0
        }
    }
}

extension SeededGenerator {
    /// Numbers with a bell-shaped distribution around 0 and a deviation of about `scale`, as weights have.
    mutating func numbers(_ count: Int, scale: Float = 1) -> [Float] {
        (0..<count).map { _ in
            let sum = (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &self) }
            return sum * scale * 0.866
        }
    }
}

/// Whether two results of a sum agree: the error of adding n terms in single precision is at most n roundings
/// of the sum of the terms' magnitudes.
func agrees(_ a: Float, _ b: Float, terms: Int, magnitude: Float) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
    return abs(a - b) <= Float(terms + 4) * 0x1p-24 * magnitude + 1e-37
}
