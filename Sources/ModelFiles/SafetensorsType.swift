/// How a safetensors file stores numbers.
public enum SafetensorsType: String, Hashable, Sendable, CaseIterable {
    /// IEEE 754, 32 bits.
    case float32 = "F32"
    /// IEEE 754, 16 bits.
    case float16 = "F16"
    /// The upper half of an IEEE 754 number of 32 bits.
    case bfloat16 = "BF16"
    /// IEEE 754, 64 bits.
    case float64 = "F64"
    /// Two's complement, 64 bits.
    case int64 = "I64"
    /// Two's complement, 32 bits.
    case int32 = "I32"
    /// Two's complement, 16 bits.
    case int16 = "I16"
    /// Two's complement, 8 bits.
    case int8 = "I8"
    /// Unsigned, 8 bits.
    case uint8 = "U8"
    /// One byte, 0 or 1.
    case bool = "BOOL"

    /// Bytes of a number.
    public var byteCount: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }
}
