/// Reads the directory of a GGUF file from front to back. Each step checks what it reads before it believes
/// it.
struct GGUFParser {
    let bytes: FileBytes
    var offset = 0
    private(set) var keys: [String] = []
    private(set) var values: [String: GGUFValue] = [:]
    var entries: [TensorEntry] = []

    /// A tensor as the directory has it; `offset` counts from the start of the tensors' data.
    struct TensorEntry {
        let name: String
        let type: GGMLType
        let dimensions: [Int]
        let byteCount: Int
        let offset: UInt64
    }

    init(_ bytes: FileBytes) { self.bytes = bytes }

    /// The 24 bytes at the front.
    mutating func header() throws(ModelFileError) -> (version: Int, tensorCount: Int, keyCount: Int) {
        guard bytes.count >= 24 else {
            throw ModelFileError(
                "the model file has \(bytes.count) bytes, fewer than the 24 of a GGUF header")
        }
        guard try read(UInt32.self, "the magic number") == 0x4655_4747 else {
            throw ModelFileError("the model file does not start with 'GGUF'")
        }
        let version = try read(UInt32.self, "the version")
        guard version == 2 || version == 3 else {
            let bigEndian = version.byteSwapped == 2 || version.byteSwapped == 3
            throw ModelFileError(
                bigEndian
                    ? "the model file is big-endian GGUF, which is not supported"
                    : "the model file has GGUF version \(version); versions 2 and 3 are supported")
        }
        let tensors = try read(UInt64.self, "the number of tensors")
        let keys = try read(UInt64.self, "the number of keys")
        guard tensors <= GGUFLimits.tensors else {
            throw ModelFileError("the header says \(tensors) tensors, more than \(GGUFLimits.tensors)")
        }
        guard keys <= GGUFLimits.keys else {
            throw ModelFileError("the header says \(keys) keys, more than \(GGUFLimits.keys)")
        }
        return (Int(version), Int(tensors), Int(keys))
    }

    mutating func metadata(count: Int) throws(ModelFileError) {
        for index in 0..<count {
            let name = try name("key \(index + 1) of \(count)", limit: GGUFLimits.keyBytes)
            let start = offset
            let value = try value(of: name)
            guard values.updateValue(value, forKey: name) == nil else {
                throw ModelFileError("the key \(quoted(name)) occurs a second time before byte \(start)")
            }
            keys.append(name)
        }
    }

    private mutating func value(of key: String) throws(ModelFileError) -> GGUFValue {
        let type = try valueType(of: key)
        switch type {
        case .string:
            let length = try length("the value of the key \(quoted(key))")
            defer { offset += length }
            return .string(offset: offset, byteCount: length)
        case .array:
            return try array(of: key)
        default:
            let start = offset
            try skip(type.byteCount ?? 0, "the value of the key \(quoted(key))")
            if type == .bool, bytes.load(UInt8.self, at: start) > 1 {
                throw ModelFileError(
                    "the boolean of the key \(quoted(key)) at byte \(start) is neither 0 nor 1")
            }
            return .scalar(type, offset: start)
        }
    }

    private mutating func array(of key: String) throws(ModelFileError) -> GGUFValue {
        let type = try valueType(of: key)
        let start = offset
        let stated = try read(UInt64.self, "the length of the array \(quoted(key))")
        // A string takes at least the eight bytes of its length.
        guard type != .array else { throw ModelFileError("the key \(quoted(key)) is an array of arrays") }
        let capacity = (bytes.count - offset) / (type.byteCount ?? 8)
        guard stated <= capacity else {
            throw ModelFileError(
                "the array \(quoted(key)) at byte \(start) says it has \(stated) elements; "
                    + "the rest of the file has room for \(capacity)")
        }
        let (first, count) = (offset, Int(stated))
        if let size = type.byteCount {
            offset += count * size
        } else {
            guard let end = bytes.endOfStrings(count, at: first) else {
                throw ModelFileError(
                    "a string of the array \(quoted(key)) at byte \(first) does not end in the file")
            }
            offset = end
            guard offset - first <= UInt32.max else {
                throw ModelFileError("the array \(quoted(key)) has \(offset - first) bytes, more than 4 GiB")
            }
        }
        return .array(of: type, count: count, offset: first, byteCount: offset - first)
    }

    private mutating func valueType(of key: String) throws(ModelFileError) -> GGUFValueType {
        let start = offset
        let number = try read(UInt32.self, "the type of the key \(quoted(key))")
        guard let type = GGUFValueType(rawValue: number) else {
            throw ModelFileError("the key \(quoted(key)) has the unknown type \(number) at byte \(start)")
        }
        return type
    }
}
