import Kernels
import LinuxSystem
import ModelFiles
import Testing

/// The format, byte by byte.
@Suite struct GGUFGoldenTests {
    /// One key, one tensor of two rows.
    static let golden: [UInt8] = [
        // The magic number, and version 3.
        0x47, 0x47, 0x55, 0x46, 0x03, 0x00, 0x00, 0x00,
        // One tensor, one key.
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        // The key has three bytes: "a.b".
        0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x61, 0x2E, 0x62,
        // Its type is 4, UINT32; its value 258.
        0x04, 0x00, 0x00, 0x00, 0x02, 0x01, 0x00, 0x00,
        // The tensor's name has one byte: "t".
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x74,
        // Two dimensions: rows of 3 numbers, 2 rows.
        0x02, 0x00, 0x00, 0x00,
        0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        // The type is 1, F16; the data start at 0 behind the directory.
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        // 84 bytes so far: 12 to the next multiple of 32.
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        // 1, 2, 3, -1, -2, -3 in half precision.
        0x00, 0x3C, 0x00, 0x40, 0x00, 0x42, 0x00, 0xBC, 0x00, 0xC0, 0x00, 0xC2,
        // Every tensor is filled up to a multiple of 32, the last one, too.
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ]

    @Test func theWriterWritesTheseBytes() throws {
        var writer = GGUFWriter()
        writer.set("a.b", .uint32(258))
        try writer.add(tensor: "t", .f16, dimensions: [3, 2])
        let written = try writer.bytes { _ in WeightFormat.quantize([1, 2, 3, -1, -2, -3].span, to: .f16) }
        #expect(written == Self.golden)
    }

    @Test func theReaderReadsThem() throws {
        let file = try GGUFFile(MappedFile(copying: Self.golden))
        #expect(file.version == 3)
        #expect(file.keys == ["a.b"])
        #expect(try file.integer("a.b") == 258)
        let tensor = try file.tensor("t")
        #expect(tensor.dimensions == [3, 2])
        #expect(tensor.format == .f16)
        #expect(tensor.offset == 96)
        #expect(Array(tensor.bytes) == Array(Self.golden[96..<108]))
    }

    @Test func versionTwoIsTheSame() throws {
        var bytes = Self.golden
        bytes[4] = 2
        let file = try GGUFFile(MappedFile(copying: bytes))
        #expect(file.version == 2)
        #expect(try file.tensor("t").byteCount == 12)
    }

    @Test func everyTruncationIsAnError() throws {
        for count in 0..<108 {
            let file = try MappedFile(copying: Self.golden[..<count])
            #expect(throws: ModelFileError.self, "cut at \(count)") { try GGUFFile(file) }
        }
        // The padding behind the last tensor may be missing.
        for count in 108...128 {
            #expect(try GGUFFile(MappedFile(copying: Self.golden[..<count])).tensors.count == 1)
        }
    }
}
