/// How the numbers of a weight matrix are stored, numbered as GGUF numbers its tensor types.
///
/// A row is stored as whole blocks: one number each for `f32` and `f16`, thirty-two for the
/// quantised formats, whose blocks carry one half-precision scale in front of the integers.
public enum WeightFormat: UInt32, CaseIterable, Sendable {
    /// IEEE 754 single precision.
    case f32 = 0
    /// IEEE 754 half precision.
    case f16 = 1
    /// Blocks of 32 four-bit integers q with one scale d; the value is (q - 8) * d.
    case q4_0 = 2
    /// Blocks of 32 eight-bit integers q with one scale d; the value is q * d.
    case q8_0 = 8

    /// How many numbers one block holds; the length of a row is a multiple of it.
    public var elementsPerBlock: Int {
        switch self {
        case .f32, .f16: 1
        case .q4_0, .q8_0: 32
        }
    }

    /// How many bytes one block occupies, with no padding between blocks.
    public var bytesPerBlock: Int {
        switch self {
        case .f32: 4
        case .f16: 2
        case .q4_0: 18
        case .q8_0: 34
        }
    }

    /// The name GGUF tools print for the format.
    public var name: String {
        switch self {
        case .f32: "F32"
        case .f16: "F16"
        case .q4_0: "Q4_0"
        case .q8_0: "Q8_0"
        }
    }
}
