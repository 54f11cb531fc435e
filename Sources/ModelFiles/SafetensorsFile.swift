public import LinuxSystem

// safetensors is the file format in which Hugging Face's models come: eight bytes with the length of a JSON
// header, the header, then the tensors without a gap. The format forbids gaps and overlaps, and so does this
// reader: bytes that no tensor owns are a place to hide things in.

/// An opened safetensors file. As hostile as any model file: see ``GGUFFile``.
public struct SafetensorsFile: Sendable {
    /// The tensors in the order of their names.
    public let tensors: [SafetensorsTensor]

    /// What a header may have at most, in bytes; the format's own bound.
    public static let largestHeader = 100_000_000

    /// Reads the header of a mapped file and checks all of it.
    ///
    /// - Throws: ``ModelFileError``.
    public init(_ file: MappedFile) throws(ModelFileError) {
        let bytes = FileBytes(file)
        guard bytes.count >= 8 else {
            throw ModelFileError(
                "the file has \(bytes.count) bytes, fewer than the 8 in front of a safetensors header")
        }
        let length = bytes.load(UInt64.self, at: 0)
        guard length <= Self.largestHeader, length <= UInt64(bytes.count - 8) else {
            throw ModelFileError(
                "the safetensors header says it has \(length) bytes; the file has \(bytes.count - 8) more, and "
                    + "\(Self.largestHeader) are allowed")
        }
        var header = SafetensorsHeader(file, 8..<8 + Int(length))
        let entries = try header.entries()
        let dataStart = 8 + Int(length)
        try Self.checkLayout(entries, dataCount: bytes.count - dataStart)
        tensors = entries.map { entry in
            SafetensorsTensor(
                name: entry.name, type: entry.type, shape: entry.shape, file: file,
                offset: dataStart + entry.start, byteCount: entry.end - entry.start)
        }.sorted { $0.name < $1.name }
    }

    /// The tensor of a name, or nil.
    ///
    /// - Complexity: logarithmic in the number of tensors.
    public func tensor(_ name: String) -> SafetensorsTensor? {
        var range = tensors[...]
        while let middle = range.indices.dropFirst(range.count / 2).first {
            if tensors[middle].name == name { return tensors[middle] }
            range = tensors[middle].name < name ? range[(middle + 1)...] : range[..<middle]
        }
        return nil
    }

    private static func checkLayout(_ entries: [SafetensorsHeader.Entry], dataCount: Int)
        throws(ModelFileError)
    {
        var end = 0
        for entry in entries.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
            guard entry.start == end else {
                throw ModelFileError(
                    "the tensor \(quoted(entry.name)) starts at \(entry.start), where \(end) is due: "
                        + "safetensors files have neither gaps nor overlaps")
            }
            guard entry.end <= dataCount else {
                throw ModelFileError(
                    "the tensor \(quoted(entry.name)) ends at \(entry.end); the file has \(dataCount) bytes of tensors"
                )
            }
            end = entry.end
        }
        guard end == dataCount else {
            throw ModelFileError("the file has \(dataCount - end) bytes behind its last tensor")
        }
    }
}
