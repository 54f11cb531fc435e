import LinuxSystem
import ModelFiles

/// A GGUF file put together by hand, so that any part of it can lie.
struct GGUFBytes {
    var bytes: [UInt8] = []

    /// A header that says how many tensors and keys there are.
    init(version: UInt32 = 3, tensors: UInt64 = 0, keys: UInt64 = 0) {
        bytes = Array("GGUF".utf8)
        u32(version)
        u64(tensors)
        u64(keys)
    }

    mutating func u8(_ value: UInt8) { bytes.append(value) }
    mutating func u32(_ value: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { u8(UInt8(value >> UInt32(shift) & 255)) }
    }
    mutating func u64(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { u8(UInt8(value >> UInt64(shift) & 255)) }
    }

    mutating func string(_ text: String, length: UInt64? = nil) {
        u64(length ?? UInt64(text.utf8.count))
        bytes += Array(text.utf8)
    }

    /// A key and the number of its type; the value is up to the caller.
    mutating func key(_ name: String, type: UInt32) {
        string(name)
        u32(type)
    }

    mutating func tensor(_ name: String, _ dimensions: [UInt64], type: UInt32 = 0, offset: UInt64 = 0) {
        string(name)
        u32(UInt32(dimensions.count))
        for dimension in dimensions { u64(dimension) }
        u32(type)
        u64(offset)
    }

    /// Fills up to the alignment, then appends a tensor's bytes.
    mutating func data(_ count: Int, alignment: Int = 32) {
        while bytes.count % alignment != 0 { u8(0) }
        bytes += [UInt8](repeating: 7, count: count)
    }

    func open() throws -> GGUFFile { try GGUFFile(MappedFile(copying: bytes)) }
}
