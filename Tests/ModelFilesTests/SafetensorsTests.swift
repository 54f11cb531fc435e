import LinuxSystem
import ModelFiles
import Testing

@Suite struct SafetensorsTests {
    /// A header and the tensors' bytes behind it; the length in front is right unless given.
    static func file(_ header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        let count = length ?? UInt64(header.utf8.count)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(count >> shift & 255)) }
        return bytes + Array(header.utf8) + data
    }

    /// Three tensors that hold 1, -2 and 0.5 each in their way.
    static let sample = file(
        """
        {"__metadata__":{"format":"pt"},"a.f32":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},
        "b.f16":{"shape":[1,3],"dtype":"F16","data_offsets":[12,18]},
        "c.\\u0062\\n\\uD83D\\uDE00":{"dtype":"BF16","shape":[3,1],"data_offsets":[18,24]} }

        """,
        data: [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F]
            + [0, 0x3C, 0, 0xC0, 0, 0x38]
            + [0x80, 0x3F, 0, 0xC0, 0, 0x3F])

    private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
        try SafetensorsFile(MappedFile(copying: bytes))
    }

    @Test func tensorsAreFoundAndReadAsFloats() throws {
        let file = try open(Self.sample)
        #expect(file.tensors.map(\.name) == ["a.f32", "b.f16", "c.b\n😀"])
        for tensor in file.tensors {
            #expect(try tensor.floats(0..<3) == [1, -2, 0.5])
            #expect(try tensor.floats(1..<2) == [-2])
            #expect(tensor.elementCount == 3)
        }
        #expect(file.tensor("b.f16")?.shape == [1, 3])
        #expect(file.tensor("b.f16").map { Array($0.bytes) } == [0, 0x3C, 0, 0xC0, 0, 0x38])
        #expect(file.tensor("b") == nil)
    }

    @Test func numbersThatAreNoWeightsCannotBeReadAsFloats() throws {
        let file = try open(
            Self.file(#"{"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, data: Array(0..<8)))
        #expect(throws: ModelFileError.self) { try file.tensors[0].floats(0..<1) }
    }

    @Test func anEmptyHeaderIsAFileWithoutTensors() throws {
        #expect(try open(Self.file("{}")).tensors.isEmpty)
        #expect(
            try open(
                Self.file(#"{"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, data: [0, 0, 0, 0])
            ).tensors[0].elementCount == 1)
        #expect(
            try open(Self.file(#"{"s":{"dtype":"F32","shape":[0,5],"data_offsets":[0,0]}}"#)).tensors[0]
                .byteCount == 0)
    }

    @Test func everyTruncationIsAnError() throws {
        for count in 0..<Self.sample.count {
            #expect(throws: ModelFileError.self, "cut at \(count)") { try open(Array(Self.sample[..<count])) }
        }
        #expect(try open(Self.sample).tensors.count == 3)
    }

    static let hostile: [(name: String, message: String, bytes: [UInt8])] = [
        ("a header of 2^64-1 bytes", "18446744073709551615 bytes", file("{}", length: .max)),
        ("a header of 2^63 bytes", "9223372036854775808 bytes", file("{}", length: 1 << 63)),
        ("a header longer than the file", "says it has 3 bytes", file("{}", length: 3)),
        ("no header", "something else where '{'", file("")),
        ("an array", "something else where '{'", file("[]")),
        ("two objects", "something behind the object", file("{}{}")),
        ("the same tensor twice", "'t' twice", file("{\(one),\(one)}", data: [0, 0, 0, 0])),
        (
            "an unknown type", "unknown type 'F33'",
            file(#"{"t":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#)
        ),
        ("no shape", "lacks", file(#"{"t":{"dtype":"F32","data_offsets":[0,4]}}"#)),
        ("an unknown member", "unknown or second 'x'", file(#"{"t":{"x":1}}"#)),
        ("a member twice", "unknown or second 'dtype'", file(#"{"t":{"dtype":"F32","dtype":"F32"}}"#)),
        ("one offset", "lacks", file(#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[4]}}"#)),
        ("three offsets", "more than 2 numbers", file(#"{"t":{"data_offsets":[0,4,5]}}"#)),
        (
            "offsets that go back", "does not take",
            file(#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#)
        ),
        (
            "a shape of other size", "does not take",
            file(#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#)
        ),
        (
            "a shape that overflows", "does not take",
            file(#"{"t":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#)
        ),
        ("a number beyond 63 bits", "beyond 63 bits", file(#"{"t":{"shape":[9223372036854775808]}}"#)),
        ("a negative number", "whole number", file(#"{"t":{"shape":[-1]}}"#)),
        ("a fraction", "something else where ','", file(#"{"t":{"shape":[1.5]}}"#)),
        ("a leading zero", "whole number", file(#"{"t":{"shape":[01]}}"#)),
        ("nine dimensions", "more than 8 numbers", file(#"{"t":{"shape":[1,1,1,1,1,1,1,1,1]}}"#)),
        ("an end behind the file", "the file has 3 bytes of tensors", file("{\(one)}", data: [0, 0, 0])),
        ("bytes behind the last tensor", "1 bytes behind", file("{\(one)}", data: [0, 0, 0, 0, 0])),
        (
            "a gap", "starts at 1, where 0 is due",
            file(#"{"t":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, data: [0, 0])
        ),
        (
            "an overlap", "starts at 0, where 4 is due",
            file(#"{\#(one),"u":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: [0, 0, 0, 0])
        ),
        ("half a surrogate pair", "surrogate", file(#"{"\ud83d":{}}"#)),
        ("two first halves", "surrogate", file(#"{"\ud83d\ud83d":{}}"#)),
        ("an unknown escape", "unknown escape", file(#"{"\q":{}}"#)),
        ("a line break in a string", "control character", file("{\"\n\":{}}")),
        ("an open string", "within a string", file(#"{"t"#)),
        ("text that is not UTF-8", "not in UTF-8", file("{\"", length: 4) + [0xFF, 0x22]),
        ("metadata that nest", "something else where '\"'", file(#"{"__metadata__":{"a":{}}}"#)),
        ("a thousand brackets", "something else", file(String(repeating: "[", count: 1000))),
    ]

    private static let one = #""t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#

    @Test(arguments: hostile.indices) func isRefusedWithItsReason(_ index: Int) throws {
        let (name, message, bytes) = Self.hostile[index]
        let error = #expect(throws: ModelFileError.self, "\(name)") { try open(bytes) }
        #expect(error?.description.contains(message) == true, "\(name): \(error?.description ?? "")")
    }
}
