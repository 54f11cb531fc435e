public import LinuxSystem

/// A tensor of a safetensors file.
public struct SafetensorsTensor: Sendable {
    /// The name, for instance `encoder.layer.0.attention.self.query.weight`.
    public let name: String
    /// How the numbers are stored.
    public let type: SafetensorsType
    /// In safetensors' order: the last is the length of a row. Empty for a single number.
    public let shape: [Int]
    /// The file that the bytes are in.
    public let file: MappedFile
    /// Where the bytes start, from the start of the file; no alignment is promised.
    public let offset: Int
    /// The number of bytes.
    public let byteCount: Int

    /// The number of elements.
    public var elementCount: Int { byteCount / type.byteCount }

    /// The stored bytes, without a copy; valid while `file` lives.
    public var bytes: UnsafeRawBufferPointer { unsafe FileBytes(file).slice(at: offset, count: byteCount) }

    /// Reads elements as single-precision numbers, exactly; counted in the order of the file.
    ///
    /// - Precondition: the range is within the tensor.
    /// - Throws: ``ModelFileError`` where the type is not F32, F16 or BF16.
    public func floats(_ range: Range<Int>) throws(ModelFileError) -> [Float] {
        precondition(
            range.upperBound <= elementCount && range.lowerBound >= 0, "the range is outside the tensor")
        let bytes = FileBytes(file)
        switch type {
        case .float32:
            return range.map { Float(bitPattern: bytes.load(UInt32.self, at: offset + 4 * $0)) }
        case .float16:
            return range.map { Float(Float16(bitPattern: bytes.load(UInt16.self, at: offset + 2 * $0))) }
        case .bfloat16:
            return range.map { Float(bitPattern: UInt32(bytes.load(UInt16.self, at: offset + 2 * $0)) << 16) }
        case .float64, .int64, .int32, .int16, .int8, .uint8, .bool:
            throw ModelFileError(
                "the tensor \(quoted(name)) has the type \(type.rawValue); F32, F16 and BF16 can be read as weights"
            )
        }
    }
}
