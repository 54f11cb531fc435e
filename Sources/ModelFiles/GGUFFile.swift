public import LinuxSystem

// GGUF is the file format of llama.cpp: a header, typed metadata by key, a directory of tensors, then the
// tensors, aligned so that they can be used where they are mapped. Opening a file reads only its directory,
// checks every length and extent in it against the file, and copies nothing but names: after that no accessor
// can fail for reasons of layout.

/// An opened GGUF file, version 2 or 3, little-endian.
///
/// A tenant's file is hostile until shown otherwise. Nothing is allocated in proportion to a number in the
/// file before the file is known to have the bytes for it, and counts, names, dimensions and alignment have
/// limits, see ``GGUFLimits``.
public struct GGUFFile: Sendable {
    let file: MappedFile
    let bytes: FileBytes
    let values: [String: GGUFValue]
    private let tensorIndex: [String: Int]

    /// 2 or 3.
    public let version: Int
    /// The metadata keys in the order of the file.
    public let keys: [String]
    /// The tensors that Hearth has kernels for, in the order of the file.
    public let tensors: [GGUFTensor]
    /// The others.
    public let unsupportedTensors: [GGUFUnsupportedTensor]
    /// What the offsets of tensors are multiples of, in bytes; a power of two.
    public let alignment: Int

    /// Reads the directory of a mapped file and checks all of it.
    ///
    /// - Throws: ``ModelFileError``.
    /// - Complexity: one pass over the metadata; the tensors' bytes are not touched.
    public init(_ file: MappedFile) throws(ModelFileError) {
        let bytes = FileBytes(file)
        var parser = GGUFParser(bytes)
        let header = try parser.header()
        try parser.metadata(count: header.keyCount)
        try parser.tensorDirectory(count: header.tensorCount)
        let directory = try parser.layOutTensors(in: file)
        self.file = file
        self.bytes = bytes
        version = header.version
        keys = parser.keys
        values = parser.values
        alignment = directory.alignment
        tensors = directory.tensors
        unsupportedTensors = directory.unsupported
        tensorIndex = Dictionary(
            uniqueKeysWithValues: directory.tensors.enumerated().map { ($1.name, $0) })
    }

    /// The tensor of a name.
    ///
    /// - Throws: ``ModelFileError`` where there is none, or its type has no kernels.
    public func tensor(_ name: String) throws(ModelFileError) -> GGUFTensor {
        if let index = tensorIndex[name] { return tensors[index] }
        if let other = unsupportedTensors.first(where: { $0.name == name }) {
            throw ModelFileError(
                "the tensor \(quoted(name)) has the type \(other.type), which is not supported; "
                    + "supported are F32, F16, Q8_0 and Q4_0")
        }
        throw ModelFileError("the model file has no tensor \(quoted(name))")
    }

    /// Whether the file has a tensor of this name, of any type.
    public func hasTensor(_ name: String) -> Bool {
        tensorIndex[name] != nil || unsupportedTensors.contains { $0.name == name }
    }
}
