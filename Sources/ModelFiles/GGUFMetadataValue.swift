/// A metadata value to be written to a GGUF file. The cases are the types that model files use; the format
/// has more.
public enum GGUFMetadataValue: Hashable, Sendable {
    /// A UINT32, the type of nearly all counts.
    case uint32(UInt32)
    /// A UINT64.
    case uint64(UInt64)
    /// An INT32.
    case int32(Int32)
    /// A FLOAT32.
    case float32(Float)
    /// A BOOL.
    case bool(Bool)
    /// A STRING.
    case string(String)
    /// An ARRAY of STRING.
    case strings([String])
    /// An ARRAY of INT32.
    case int32s([Int32])
    /// An ARRAY of FLOAT32.
    case float32s([Float])

    /// Type and value as they are in the file.
    func encode(into bytes: inout [UInt8]) {
        switch self {
        case .uint32(let value): bytes.append(GGUFValueType.uint32, value)
        case .uint64(let value): bytes.append(GGUFValueType.uint64, value)
        case .int32(let value): bytes.append(GGUFValueType.int32, value)
        case .float32(let value): bytes.append(GGUFValueType.float32, value.bitPattern)
        case .bool(let value): bytes.append(GGUFValueType.bool, UInt8(value ? 1 : 0))
        case .string(let value):
            bytes.append(integer: GGUFValueType.string.rawValue)
            bytes.append(string: value)
        case .strings(let values):
            bytes.append(arrayOf: .string, count: values.count)
            for value in values { bytes.append(string: value) }
        case .int32s(let values):
            bytes.append(arrayOf: .int32, count: values.count)
            for value in values { bytes.append(integer: value) }
        case .float32s(let values):
            bytes.append(arrayOf: .float32, count: values.count)
            for value in values { bytes.append(integer: value.bitPattern) }
        }
    }
}

extension [UInt8] {
    /// Little-endian, as everything in the format.
    mutating func append(integer value: some FixedWidthInteger) {
        var rest = value.littleEndian
        for _ in 0..<value.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest = value.bitWidth > 8 ? rest >> 8 : 0
        }
    }

    mutating func append(string: String) {
        append(integer: UInt64(string.utf8.count))
        append(contentsOf: string.utf8)
    }

    fileprivate mutating func append(_ type: GGUFValueType, _ value: some FixedWidthInteger) {
        append(integer: type.rawValue)
        append(integer: value)
    }

    fileprivate mutating func append(arrayOf type: GGUFValueType, count: Int) {
        append(integer: GGUFValueType.array.rawValue)
        append(integer: type.rawValue)
        append(integer: UInt64(count))
    }
}
