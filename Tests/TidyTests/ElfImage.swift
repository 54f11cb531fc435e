import Foundation

/// What the tests want to know of a 64-bit little-endian ELF file; see elf(5).
struct ElfImage {
    /// The loader that the kernel would start first (`PT_INTERP`), nil in a static executable.
    private(set) var interpreter: String?
    /// Libraries that the loader would look for (`DT_NEEDED`), as offsets into its string table.
    private(set) var neededCount = 0
    /// The names in the symbol table (`.symtab`); empty in a stripped file.
    private(set) var symbolNames: [String] = []

    private let bytes: Data

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    init(_ data: Data) throws {
        bytes = Data(data)
        guard bytes.prefix(4) == Data([0x7F, 0x45, 0x4C, 0x46]) else {
            throw Malformed(description: "not an ELF file")
        }
        guard bytes.count > 64, bytes[4] == 2, bytes[5] == 1 else {
            throw Malformed(description: "not a 64-bit little-endian ELF file")
        }
        try readSegments()
        try readSymbols()
    }

    private func number<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) throws -> Int {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, offset <= bytes.count - size else {
            throw Malformed(description: "truncated at \(offset)")
        }
        let value = bytes[offset..<offset + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: value) else {
            throw Malformed(description: "an offset beyond any file")
        }
        return number
    }

    private func slice(_ offset: Int, _ size: Int) throws -> Data {
        guard offset >= 0, size >= 0, offset <= bytes.count, size <= bytes.count - offset else {
            throw Malformed(description: "a section at \(offset) of \(size) bytes lies outside the file")
        }
        return bytes[offset..<offset + size]
    }

    private mutating func readSegments() throws {
        let table = try number(UInt64.self, at: 32)
        let entrySize = try number(UInt16.self, at: 54)
        for index in 0..<(try number(UInt16.self, at: 56)) {
            let entry = table + index * entrySize
            let type = try number(UInt32.self, at: entry)
            let offset = try number(UInt64.self, at: entry + 8)
            let size = try number(UInt64.self, at: entry + 32)
            if type == 3 {
                interpreter = String(decoding: try slice(offset, size).prefix { $0 != 0 }, as: UTF8.self)
            }
            if type == 2 { neededCount = try countNeeded(offset, size) }
        }
    }

    /// Entries of the dynamic section are a tag and a value of 8 bytes each; tag 1 is `DT_NEEDED`, tag 0 the
    /// end.
    private func countNeeded(_ offset: Int, _ size: Int) throws -> Int {
        var count = 0
        for entry in stride(from: offset, to: offset + size, by: 16) {
            let tag = try slice(entry, 8).first ?? 0
            if tag == 0 { break }
            if tag == 1 { count += 1 }
        }
        return count
    }

    private mutating func readSymbols() throws {
        let table = try number(UInt64.self, at: 40)
        let entrySize = try number(UInt16.self, at: 58)
        let count = try number(UInt16.self, at: 60)
        for index in 0..<count {
            let section = table + index * entrySize
            guard try number(UInt32.self, at: section + 4) == 2 else { continue }  // SHT_SYMTAB
            let strings = table + (try number(UInt32.self, at: section + 40)) * entrySize
            let names = try slice(
                number(UInt64.self, at: strings + 24), number(UInt64.self, at: strings + 32))
            symbolNames += names.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
