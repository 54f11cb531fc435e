import LinuxSystem

/// The JSON header of a safetensors file: an object of tensors, `{"dtype": …, "shape": […], "data_offsets":
/// […]}` each, and under `__metadata__` an object of strings, which is checked and passed over.
struct SafetensorsHeader {
    struct Entry {
        let name: String
        let type: SafetensorsType
        let shape: [Int]
        let start: Int
        let end: Int
    }

    private var json: JSONCursor
    private static let mostDimensions = 8

    init(_ file: MappedFile, _ range: Range<Int>) {
        json = JSONCursor(file, range, subject: "the safetensors header")
    }

    mutating func entries() throws(ModelFileError) -> [Entry] {
        var entries: [Entry] = []
        var names: Set<String> = []
        var more = try json.open("{", "}")
        while more {
            let name = try json.key()
            guard names.insert(name).inserted else {
                throw ModelFileError("the safetensors header has \(quoted(name)) twice")
            }
            if name == "__metadata__" {
                try passOverMetadata()
            } else {
                entries.append(try entry(name))
            }
            more = try json.next("}")
        }
        try json.finish()
        return entries
    }

    private mutating func entry(_ name: String) throws(ModelFileError) -> Entry {
        var (type, shape, range): (SafetensorsType?, [Int]?, [Int]?) = (nil, nil, nil)
        var more = try json.open("{", "}")
        while more {
            switch try json.key() {
            case "dtype" where type == nil: type = try self.type(of: name)
            case "shape" where shape == nil: shape = try json.integers(atMost: Self.mostDimensions)
            case "data_offsets" where range == nil: range = try json.integers(atMost: 2)
            case let key:
                throw ModelFileError("the tensor \(quoted(name)) has an unknown or second \(quoted(key))")
            }
            more = try json.next("}")
        }
        guard let type, let shape, let range, range.count == 2 else {
            throw ModelFileError("the tensor \(quoted(name)) lacks its type, its shape or its two offsets")
        }
        guard range[0] <= range[1], let byteCount = Self.byteCount(shape, type),
            byteCount == range[1] - range[0]
        else {
            throw ModelFileError(
                "the tensor \(quoted(name)) of type \(type.rawValue) and shape \(shape) does not take the bytes "
                    + "\(range[0]) to \(range[1])")
        }
        return Entry(name: name, type: type, shape: shape, start: range[0], end: range[1])
    }

    private mutating func type(of name: String) throws(ModelFileError) -> SafetensorsType {
        let text = try json.string()
        guard let type = SafetensorsType(rawValue: text) else {
            throw ModelFileError("the tensor \(quoted(name)) has the unknown type \(quoted(text))")
        }
        return type
    }

    private mutating func passOverMetadata() throws(ModelFileError) {
        var more = try json.open("{", "}")
        while more {
            _ = try json.key()
            _ = try json.string()
            more = try json.next("}")
        }
    }

    /// Nil where the product overflows.
    private static func byteCount(_ shape: [Int], _ type: SafetensorsType) -> Int? {
        var product = type.byteCount
        for dimension in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
            guard !overflow else { return nil }
            product = next
        }
        return product
    }
}
