import CKernels

/// Which instructions the arithmetic uses. Every set gives the same results up to rounding.
public enum InstructionSet: String, CaseIterable, Sendable {
    /// Plain C: runs on every processor and defines what the others must compute.
    case reference
    /// AVX2 with FMA and F16C: x86-64 since about 2013.
    case avx2
    /// AVX-512 with VNNI: x86-64 servers since about 2019.
    case avx512vnni

    /// The fastest one that this processor has.
    public static let best = allCases.last(where: \.isAvailable) ?? .reference

    /// Whether this processor and its operating system run it.
    public var isAvailable: Bool { hearth_kernels_isa_available(isa) }

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
