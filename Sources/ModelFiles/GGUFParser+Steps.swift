extension GGUFParser {
    mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type, _ what: @autoclosure () -> String
    ) throws(ModelFileError) -> T {
        let start = offset
        try skip(MemoryLayout<T>.size, what())
        return bytes.load(at: start)
    }

    mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(ModelFileError) {
        guard count <= bytes.count - offset else {
            throw ModelFileError("the file ends at byte \(bytes.count), within \(what()) at byte \(offset)")
        }
        offset += count
    }

    /// The length of a string whose bytes follow; they are inside the file.
    mutating func length(_ what: @autoclosure () -> String) throws(ModelFileError) -> Int {
        let start = offset
        let stated = try read(UInt64.self, what())
        guard stated <= UInt64(bytes.count - offset) else {
            throw ModelFileError(
                "\(what()) at byte \(start) says it has \(stated) bytes; the file has \(bytes.count - offset) more"
            )
        }
        return Int(stated)
    }

    mutating func name(_ what: @autoclosure () -> String, limit: Int) throws(ModelFileError) -> String {
        let start = offset
        let length = try length("the name of \(what())")
        guard length > 0, length <= limit else {
            throw ModelFileError(
                "the name of \(what()) at byte \(start) has \(length) bytes; 1 to \(limit) are allowed")
        }
        guard let name = bytes.string(at: offset, count: length) else {
            throw ModelFileError("the name of \(what()) at byte \(start) is not UTF-8")
        }
        offset += length
        return name
    }
}
