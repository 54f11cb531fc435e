extension GGUFFile {
    /// Whether the metadata has a key.
    public func has(_ key: String) -> Bool { values[key] != nil }

    /// The string of a key.
    ///
    /// - Throws: ``ModelFileError`` where the key is absent, of another kind, or not UTF-8.
    public func string(_ key: String) throws(ModelFileError) -> String {
        guard case .string(let offset, let byteCount) = try value(key) else {
            throw mismatch(key, "a string")
        }
        guard let string = bytes.string(at: offset, count: byteCount) else {
            throw ModelFileError("the value of the key \(quoted(key)) at byte \(offset) is not UTF-8")
        }
        return string
    }

    /// The integer of a key, whatever its width in the file.
    ///
    /// - Throws: ``ModelFileError`` where the key is absent, of another kind, or too large.
    public func integer(_ key: String) throws(ModelFileError) -> Int {
        guard case .scalar(let type, let offset) = try value(key), type.isInteger else {
            throw mismatch(key, "an integer")
        }
        guard let integer = bytes.integer(type, at: offset) else {
            throw ModelFileError("the value of the key \(quoted(key)) does not fit in 63 bits")
        }
        return integer
    }

    /// The floating-point number of a key, rounded to single precision.
    ///
    /// - Throws: ``ModelFileError`` where the key is absent or of another kind.
    public func float(_ key: String) throws(ModelFileError) -> Float {
        guard case .scalar(let type, let offset) = try value(key), let float = bytes.float(type, at: offset)
        else {
            throw mismatch(key, "a floating-point number")
        }
        return float
    }

    /// The boolean of a key.
    ///
    /// - Throws: ``ModelFileError`` where the key is absent or of another kind.
    public func bool(_ key: String) throws(ModelFileError) -> Bool {
        guard case .scalar(.bool, let offset) = try value(key) else { throw mismatch(key, "a boolean") }
        return bytes.load(UInt8.self, at: offset) != 0
    }

    /// The strings of a key, in place.
    ///
    /// - Throws: ``ModelFileError`` where the key is absent or of another kind.
    public func strings(_ key: String) throws(ModelFileError) -> GGUFStringArray {
        guard case .array(.string, let count, let offset, let byteCount) = try value(key) else {
            throw mismatch(key, "an array of strings")
        }
        return GGUFStringArray(file: file, bytes: bytes, offset: offset, byteCount: byteCount, count: count)
    }

    /// The integers of a key, in place.
    ///
    /// - Throws: ``ModelFileError`` where the key is absent or of another kind.
    public func integers(_ key: String) throws(ModelFileError) -> GGUFIntegerArray {
        guard case .array(let type, let count, let offset, _) = try value(key), type.isInteger else {
            throw mismatch(key, "an array of integers")
        }
        return GGUFIntegerArray(file: file, bytes: bytes, type: type, offset: offset, count: count)
    }

    /// The floating-point numbers of a key, in place.
    ///
    /// - Throws: ``ModelFileError`` where the key is absent or of another kind.
    public func floats(_ key: String) throws(ModelFileError) -> GGUFFloatArray {
        guard case .array(let type, let count, let offset, _) = try value(key),
            type == .float32 || type == .float64
        else { throw mismatch(key, "an array of floating-point numbers") }
        return GGUFFloatArray(file: file, bytes: bytes, type: type, offset: offset, count: count)
    }

    private func value(_ key: String) throws(ModelFileError) -> GGUFValue {
        guard let value = values[key] else {
            throw ModelFileError("the model file has no key \(quoted(key))")
        }
        return value
    }

    private func mismatch(_ key: String, _ wanted: String) -> ModelFileError {
        var found = values[key]?.description ?? "absent"
        if case .array(let type, _, _, _)? = values[key] {
            found += " of " + type.description.drop { $0 != " " }.dropFirst() + "s"
        }
        return ModelFileError("the value of the key \(quoted(key)) is \(found), not \(wanted)")
    }
}
