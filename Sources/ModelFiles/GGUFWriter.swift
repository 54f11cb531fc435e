import Glibc
public import Kernels
public import LinuxSystem

/// Writes a GGUF file, version 3, front to back. The same calls give the same bytes.
///
/// First say all keys and all tensors; then ``write(to:_:)`` asks for the tensors' bytes one after the other,
/// so that no more than a piece of one tensor need be in memory.
public struct GGUFWriter {
    /// A tensor that was announced.
    public struct Tensor: Hashable, Sendable {
        /// The name.
        public let name: String
        /// How its numbers are stored.
        public let format: WeightFormat
        /// In GGUF's order: `[0]` is the length of a row.
        public let dimensions: [Int]
        /// The bytes that ``GGUFWriter/write(to:_:)`` asks for.
        public let byteCount: Int
    }

    /// What a tensor's bytes are handed to, piece by piece.
    public typealias Sink = (RawSpan) throws -> Void

    /// The tensors announced so far.
    public private(set) var tensors: [Tensor] = []
    private var keys: Set<String> = []
    private var metadata: [UInt8] = []
    private let alignment = 32

    /// Starts a file without keys and tensors.
    public init() {}

    /// Adds a key after those already there.
    ///
    /// - Precondition: the key is new, not `general.alignment`, and within ``GGUFLimits``.
    public mutating func set(_ key: String, _ value: GGUFMetadataValue) {
        precondition(keys.insert(key).inserted, "the key '\(key)' is set twice")
        precondition(key != "general.alignment", "the alignment is always \(alignment)")
        precondition(
            !key.isEmpty && key.utf8.count <= GGUFLimits.keyBytes, "the key '\(key)' is too long or empty")
        metadata.append(string: key)
        value.encode(into: &metadata)
    }

    /// Announces a tensor after those already there.
    ///
    /// - Throws: ``ModelFileError`` where the name is taken, empty or too long, the shape has no or too many
    ///   dimensions or overflows, or a row is not a whole number of blocks.
    public mutating func add(
        tensor name: String, _ format: WeightFormat, dimensions: [Int]
    ) throws(ModelFileError) {
        guard !name.isEmpty, name.utf8.count <= GGUFLimits.tensorNameBytes else {
            throw ModelFileError(
                "the tensor name \(quoted(name)) does not have 1 to \(GGUFLimits.tensorNameBytes) bytes")
        }
        guard !tensors.contains(where: { $0.name == name }) else {
            throw ModelFileError("the tensor \(quoted(name)) is written twice")
        }
        guard let type = GGMLType(number: UInt32(format.rawValue)),
            (1...GGUFLimits.dimensions) ~= dimensions.count,
            let byteCount = type.byteCount(dimensions)
        else {
            throw ModelFileError(
                "the tensor \(quoted(name)) cannot have the shape \(dimensions) in \(format)")
        }
        tensors.append(Tensor(name: name, format: format, dimensions: dimensions, byteCount: byteCount))
    }

    /// Writes the file from the descriptor's position on. For every tensor, in order, `body` hands its bytes
    /// to the sink.
    ///
    /// - Throws: ``SystemError``, ``ModelFileError`` where `body` gives more or fewer bytes than the tensor
    ///   has, and
    ///   whatever `body` throws.
    public func write(
        to descriptor: borrowing FileDescriptor, _ body: (Tensor, Sink) throws -> Void
    ) throws {
        let number = descriptor.number
        let front = directory()
        try unsafe writeAll(front.span.bytes, to: number)
        for tensor in tensors {
            var written = 0
            try body(tensor) { piece in
                guard piece.byteCount <= tensor.byteCount - written else {
                    throw ModelFileError(
                        "the tensor \(quoted(tensor.name)) got more than \(tensor.byteCount) bytes")
                }
                try writeAll(piece, to: number)
                written += piece.byteCount
            }
            guard written == tensor.byteCount else {
                throw ModelFileError(
                    "the tensor \(quoted(tensor.name)) got \(written) of its \(tensor.byteCount) bytes")
            }
            let padding = [UInt8](repeating: 0, count: padded(written) - written)
            try unsafe writeAll(padding.span.bytes, to: number)
        }
    }

    /// Everything before the tensors, padded.
    private func directory() -> [UInt8] {
        var bytes: [UInt8] = Array("GGUF".utf8)
        bytes.append(integer: UInt32(3))
        bytes.append(integer: UInt64(tensors.count))
        bytes.append(integer: UInt64(keys.count))
        bytes += metadata
        var offset = 0
        for tensor in tensors {
            bytes.append(string: tensor.name)
            bytes.append(integer: UInt32(tensor.dimensions.count))
            for dimension in tensor.dimensions { bytes.append(integer: UInt64(dimension)) }
            bytes.append(integer: UInt32(tensor.format.rawValue))
            bytes.append(integer: UInt64(offset))
            offset += padded(tensor.byteCount)
        }
        bytes += [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count)
        return bytes
    }

    private func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

private func writeAll(_ bytes: RawSpan, to number: CInt) throws {
    try unsafe bytes.withUnsafeBytes { bytes in
        var offset = 0
        while offset < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
            offset += try retryingOnInterrupt("write", "\(rest.count) bytes to descriptor \(number)") {
                unsafe write(number, rest.baseAddress, rest.count)
            }
        }
    }
}
