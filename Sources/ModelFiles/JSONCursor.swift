public import LinuxSystem

// The files beside and inside of models are JSON, and some of it must not go through a decoder that makes
// dictionaries: Swift's strings are equal when they look equal, so a vocabulary that has both forms of "é"
// would lose one. This cursor gives keys in the order of the file, one at a time. It passes over nested
// values without recursion, so no file is deep enough to exhaust the stack.

/// Reads JSON in a mapped file from front to back: objects, arrays, strings, whole numbers; anything else it
/// can skip.
public struct JSONCursor {
    private let file: MappedFile
    private let bytes: FileBytes
    private let subject: String
    private let start: Int
    private let end: Int
    private var offset: Int

    /// Reads a part of a file, which error messages call `subject`.
    ///
    /// - Precondition: the range is within the file.
    public init(_ file: MappedFile, _ range: Range<Int>, subject: String) {
        precondition(range.lowerBound >= 0 && range.upperBound <= file.count, "the range is outside the file")
        self.file = file
        bytes = FileBytes(file)
        self.subject = subject
        start = range.lowerBound
        end = range.upperBound
        offset = start
    }

    /// Steps into an object or array; false where it is empty, and then also out of it.
    ///
    /// - Throws: ``ModelFileError``.
    public mutating func open(_ opening: Unicode.Scalar, _ closing: Unicode.Scalar) throws(ModelFileError)
        -> Bool
    {
        try expect(opening)
        guard peek() == UInt8(ascii: closing) else { return true }
        offset += 1
        return false
    }

    /// Steps over a comma to the next element, or out of the object or array.
    ///
    /// - Throws: ``ModelFileError``.
    public mutating func next(_ closing: Unicode.Scalar) throws(ModelFileError) -> Bool {
        if peek() == UInt8(ascii: closing) {
            offset += 1
            return false
        }
        try expect(",")
        return true
    }

    /// A member's name and the colon behind it.
    ///
    /// - Throws: ``ModelFileError``.
    public mutating func key() throws(ModelFileError) -> String {
        let key = try string()
        try expect(":")
        return key
    }

    /// A string, its escapes resolved.
    ///
    /// - Throws: ``ModelFileError``.
    public mutating func string() throws(ModelFileError) -> String {
        try expect("\"")
        let first = offset
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            guard byte >= 0x20 else { throw error("a control character in a string") }
            offset += 1
        }
        guard let byte = current else { throw error("its end within a string") }
        guard byte == UInt8(ascii: "\"") else { return try stringWithEscapes(from: first) }
        offset += 1
        guard let text = bytes.string(at: first, count: offset - 1 - first) else {
            throw error("a string not in UTF-8")
        }
        return text
    }

    /// An array of whole numbers from 0 to `Int.max`.
    ///
    /// - Throws: ``ModelFileError``.
    public mutating func integers(atMost limit: Int) throws(ModelFileError) -> [Int] {
        var integers: [Int] = []
        var more = try open("[", "]")
        while more {
            guard integers.count < limit else { throw error("more than \(limit) numbers in an array") }
            integers.append(try integer())
            more = try next("]")
        }
        return integers
    }

    /// Nothing but white space is left.
    ///
    /// - Throws: ``ModelFileError``.
    public mutating func finish() throws(ModelFileError) {
        guard peek() == nil else { throw error("something behind the object") }
    }

    /// Passes over a value of any kind. Of what is inside only strings and brackets are looked at.
    ///
    /// - Throws: ``ModelFileError``.
    public mutating func skipValue() throws(ModelFileError) {
        var depth = 0
        repeat {
            switch peek() {
            case nil: throw error("its end within a value")
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw error("a bracket where a value is due") }
                depth -= 1
                offset += 1
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw error("a separator where a value is due") }
                offset += 1
            case .some(0x00..<0x20): throw error("a control character")
            default: skipWord()
            }
        } while depth > 0
    }

    /// A number, true, false or null.
    private mutating func skipWord() {
        while let byte = current {
            switch byte {
            case 0x00...0x20, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"),
                UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""):
                return
            default: offset += 1
            }
        }
    }

    private var current: UInt8? { offset < end ? bytes.load(UInt8.self, at: offset) : nil }

    /// The next byte that is not white space.
    private mutating func peek() -> UInt8? {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
        return current
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(ModelFileError) {
        guard peek() == UInt8(ascii: scalar) else { throw error("something else where '\(scalar)' is due") }
        offset += 1
    }

    /// A whole number from 0 to `Int.max`.
    ///
    /// - Throws: ``ModelFileError``.
    public mutating func integer() throws(ModelFileError) -> Int {
        _ = peek()
        let first = offset
        var value = 0
        while let byte = current, (0x30...0x39) ~= byte {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(byte - 0x30))
            guard !overflow, !carry else { throw error("a number beyond 63 bits") }
            value = sum
            offset += 1
        }
        let leadingZero = offset - first > 1 && bytes.load(UInt8.self, at: first) == 0x30
        guard offset > first, !leadingZero else { throw error("something else where a whole number is due") }
        return value
    }

    private mutating func stringWithEscapes(from first: Int) throws(ModelFileError) -> String {
        var text: [UInt8] = []
        offset = first
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("a control character in a string") }
            offset += 1
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: UTF8.encode(try escape()).map { Array($0) } ?? [])
            } else {
                text.append(byte)
            }
        }
        try expect("\"")
        guard let string = String(validating: text, as: UTF8.self) else {
            throw error("a string not in UTF-8")
        }
        return string
    }

    private mutating func escape() throws(ModelFileError) -> Unicode.Scalar {
        let letter = current.map { Unicode.Scalar($0) }
        offset += 1
        switch letter {
        case "\"", "\\", "/": return letter ?? "/"
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u": break
        default: throw error("an unknown escape")
        }
        var value = try hexadecimal()
        if (0xD800..<0xDC00) ~= value, current == UInt8(ascii: "\\") {
            offset += 1
            guard current == UInt8(ascii: "u") else { throw error("half of a surrogate pair") }
            offset += 1
            let low = try hexadecimal()
            guard (0xDC00..<0xE000) ~= low else { throw error("half of a surrogate pair") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw error("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(ModelFileError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("an unknown escape")
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }

    private func error(_ found: String) -> ModelFileError {
        ModelFileError("\(subject) has \(found) at byte \(offset - start)")
    }
}
