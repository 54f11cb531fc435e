/// The kinds of metadata values, with the numbers that stand for them in the file.
enum GGUFValueType: UInt32, Sendable {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Bytes of one value; nil for the kinds whose size is in the file.
    var byteCount: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string, .array: nil
        }
    }

    /// With an article, for messages.
    var description: String {
        switch self {
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: "an integer"
        case .float32, .float64: "a floating-point number"
        case .bool: "a boolean"
        case .string: "a string"
        case .array: "an array"
        }
    }

    var isInteger: Bool {
        switch self {
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: true
        case .float32, .float64, .bool, .string, .array: false
        }
    }
}

/// Where a metadata value lies in the file. Its bytes were checked to be inside; they are read when asked
/// for.
enum GGUFValue: Sendable {
    case scalar(GGUFValueType, offset: Int)
    case string(offset: Int, byteCount: Int)
    case array(of: GGUFValueType, count: Int, offset: Int, byteCount: Int)

    /// With an article, for messages.
    var description: String {
        switch self {
        case .scalar(let type, _): type.description
        case .string: GGUFValueType.string.description
        case .array: GGUFValueType.array.description
        }
    }
}

extension FileBytes {
    /// An integer of any width; nil where it does not fit, or the type is none.
    func integer(_ type: GGUFValueType, at offset: Int) -> Int? {
        switch type {
        case .uint8: Int(load(UInt8.self, at: offset))
        case .int8: Int(load(Int8.self, at: offset))
        case .uint16: Int(load(UInt16.self, at: offset))
        case .int16: Int(load(Int16.self, at: offset))
        case .uint32: Int(load(UInt32.self, at: offset))
        case .int32: Int(load(Int32.self, at: offset))
        case .uint64: Int(exactly: load(UInt64.self, at: offset))
        case .int64: Int(load(Int64.self, at: offset))
        case .float32, .float64, .bool, .string, .array: nil
        }
    }

    /// A floating-point number, rounded to single precision; nil where the type is none.
    func float(_ type: GGUFValueType, at offset: Int) -> Float? {
        switch type {
        case .float32: Float(bitPattern: load(UInt32.self, at: offset))
        case .float64: Float(Double(bitPattern: load(UInt64.self, at: offset)))
        default: nil
        }
    }
}
