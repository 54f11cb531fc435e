import LinuxSystem

extension GGUFParser {
    mutating func tensorDirectory(count: Int) throws(ModelFileError) {
        var names: Set<String> = []
        for index in 0..<count {
            let name = try name("tensor \(index + 1) of \(count)", limit: GGUFLimits.tensorNameBytes)
            guard names.insert(name).inserted else {
                throw ModelFileError("the tensor \(quoted(name)) occurs a second time before byte \(offset)")
            }
            let dimensions = try dimensions(of: name)
            let number = try read(UInt32.self, "the type of the tensor \(quoted(name))")
            guard let type = GGMLType(number: number) else {
                throw ModelFileError("the tensor \(quoted(name)) has the unknown type \(number)")
            }
            let byteCount = try byteCount(of: name, dimensions, type)
            let start = try read(UInt64.self, "the offset of the tensor \(quoted(name))")
            entries.append(
                TensorEntry(
                    name: name, type: type, dimensions: dimensions, byteCount: byteCount, offset: start))
        }
    }

    private mutating func dimensions(of name: String) throws(ModelFileError) -> [Int] {
        let count = try read(UInt32.self, "the number of dimensions of the tensor \(quoted(name))")
        guard count >= 1, count <= GGUFLimits.dimensions else {
            throw ModelFileError(
                "the tensor \(quoted(name)) has \(count) dimensions; 1 to \(GGUFLimits.dimensions) are supported"
            )
        }
        var dimensions: [Int] = []
        for _ in 0..<count {
            let stated = try read(UInt64.self, "the dimensions of the tensor \(quoted(name))")
            guard stated > 0, let dimension = Int(exactly: stated) else {
                throw ModelFileError("the tensor \(quoted(name)) has a dimension of \(stated)")
            }
            dimensions.append(dimension)
        }
        return dimensions
    }

    private func byteCount(
        of name: String, _ dimensions: [Int], _ type: GGMLType
    ) throws(ModelFileError) -> Int {
        guard dimensions[0].isMultiple(of: type.blockElements) else {
            throw ModelFileError(
                "the tensor \(quoted(name)) has rows of \(dimensions[0]) elements, "
                    + "no multiple of the \(type.blockElements) in a block of \(type.name)")
        }
        guard let byteCount = type.byteCount(dimensions) else {
            throw ModelFileError("the shape \(dimensions) of the tensor \(quoted(name)) overflows 63 bits")
        }
        return byteCount
    }

    /// Where the tensors lie, now that all are known.
    func layOutTensors(
        in file: MappedFile
    ) throws(ModelFileError) -> (alignment: Int, tensors: [GGUFTensor], unsupported: [GGUFUnsupportedTensor])
    {
        let alignment = try alignment()
        // Both numbers are far below 2^62: the file is in memory.
        let dataStart = (offset + alignment - 1) / alignment * alignment
        let dataCount = max(bytes.count - dataStart, 0)
        for entry in entries {
            guard entry.offset.isMultiple(of: UInt64(alignment)) else {
                throw ModelFileError(
                    "the tensor \(quoted(entry.name)) has the offset \(entry.offset), no multiple of \(alignment)"
                )
            }
            guard entry.byteCount <= dataCount, entry.offset <= dataCount - entry.byteCount else {
                throw ModelFileError(
                    "the tensor \(quoted(entry.name)) needs \(entry.byteCount) bytes at offset \(entry.offset); "
                        + "the file has \(dataCount) bytes of tensors")
            }
        }
        let sorted = entries.sorted { $0.offset < $1.offset }
        for (before, after) in zip(sorted, sorted.dropFirst())
        where after.offset - before.offset < before.byteCount {
            throw ModelFileError("the tensors \(quoted(before.name)) and \(quoted(after.name)) overlap")
        }
        var tensors: [GGUFTensor] = []
        var unsupported: [GGUFUnsupportedTensor] = []
        for entry in entries {
            if let format = entry.type.weightFormat {
                tensors.append(
                    GGUFTensor(
                        name: entry.name, format: format, dimensions: entry.dimensions, file: file,
                        offset: dataStart + Int(entry.offset), byteCount: entry.byteCount))
            } else {
                unsupported.append(GGUFUnsupportedTensor(name: entry.name, type: entry.type.name))
            }
        }
        return (alignment, tensors, unsupported)
    }

    private func alignment() throws(ModelFileError) -> Int {
        guard let value = values["general.alignment"] else { return 32 }
        guard case .scalar(.uint32, let offset) = value else {
            throw ModelFileError(
                "the value of the key 'general.alignment' is \(value.description), not a UINT32")
        }
        let alignment = Int(bytes.load(UInt32.self, at: offset))
        guard alignment >= 8, alignment <= GGUFLimits.alignment, alignment.nonzeroBitCount == 1 else {
            throw ModelFileError(
                "the alignment of \(alignment) bytes is not a power of two from 8 to \(GGUFLimits.alignment)")
        }
        return alignment
    }
}
