public import Kernels
public import LinuxSystem

/// A tensor of a GGUF file: what it is called, its shape, and its bytes in the mapping.
public struct GGUFTensor: Sendable {
    /// The name, for instance `blk.0.attn_q.weight`.
    public let name: String
    /// How the numbers are stored.
    public let format: WeightFormat
    /// In GGUF's order: `[0]` is the length of a row, in elements. 1 to 4 dimensions, none of them 0.
    public let dimensions: [Int]
    /// The file that the bytes are in.
    public let file: MappedFile
    /// Where the bytes start, from the start of the file; a multiple of the file's alignment.
    public let offset: Int
    /// The number of bytes.
    public let byteCount: Int

    /// The number of elements; checked not to overflow when the file was opened.
    public var elementCount: Int { dimensions.reduce(1, *) }

    /// The stored bytes, without a copy; valid while `file` lives.
    public var bytes: UnsafeRawBufferPointer {
        unsafe FileBytes(file).slice(at: offset, count: byteCount)
    }
}

/// A tensor that the file has and Hearth has no kernels for.
public struct GGUFUnsupportedTensor: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The type as ggml writes it, for instance `Q4_K`.
    public let type: String
}
