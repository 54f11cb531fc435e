import ModelFiles
import Testing

/// A file that is wrong in one way each, and what the reader says about it.
struct HostileFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let message: String
    let bytes: GGUFBytes

    init(_ name: String, _ message: String, _ bytes: GGUFBytes) {
        testDescription = name
        self.message = message
        self.bytes = bytes
    }

    /// A header for keys, then whatever the closure adds.
    static func keys(_ count: UInt64 = 1, _ fill: (inout GGUFBytes) -> Void) -> GGUFBytes {
        var bytes = GGUFBytes(keys: count)
        fill(&bytes)
        return bytes
    }

    /// A header for tensors, then whatever the closure adds.
    static func tensors(_ count: UInt64 = 1, _ fill: (inout GGUFBytes) -> Void) -> GGUFBytes {
        var bytes = GGUFBytes(tensors: count)
        fill(&bytes)
        return bytes
    }

    static func alignment(_ value: UInt32) -> GGUFBytes {
        keys {
            $0.key("general.alignment", type: 4)
            $0.u32(value)
        }
    }

    static let headers: [HostileFile] = [
        HostileFile("another magic number", "does not start with 'GGUF'", wrongMagic),
        HostileFile("version 1", "GGUF version 1", GGUFBytes(version: 1)),
        HostileFile("version 4", "GGUF version 4", GGUFBytes(version: 4)),
        HostileFile("big-endian", "big-endian", GGUFBytes(version: 3 << 24)),
        HostileFile("2^64-1 tensors", "18446744073709551615 tensors", GGUFBytes(tensors: .max)),
        HostileFile("2^64-1 keys", "18446744073709551615 keys", GGUFBytes(keys: .max)),
        HostileFile("2^63 keys", "9223372036854775808 keys", GGUFBytes(keys: 1 << 63)),
        HostileFile("more keys than follow", "the name of key 1 of 9 at byte 24", GGUFBytes(keys: 9)),
        HostileFile(
            "more tensors than follow", "the name of tensor 1 of 9 at byte 24", GGUFBytes(tensors: 9)),
    ]

    static let keys: [HostileFile] = [
        HostileFile(
            "a key of 2^64-1 bytes", "says it has 18446744073709551615 bytes",
            keys { $0.string("k", length: .max) }),
        HostileFile(
            "a key of 2^63 bytes", "says it has 9223372036854775808 bytes",
            keys { $0.string("k", length: 1 << 63) }),
        HostileFile("a key without a name", "has 0 bytes", keys { $0.string("") }),
        HostileFile(
            "a key of 2000 bytes", "has 2000 bytes", keys { $0.string(String(repeating: "k", count: 2000)) }),
        HostileFile("a key that is not UTF-8", "the name of key 1 of 1 at byte 24 is not UTF-8", keyNotUTF8),
        HostileFile("the same key twice", "the key 'k' occurs a second time", keyTwice),
        HostileFile(
            "a type that does not exist", "the key 'k' has the unknown type 13",
            keys { $0.key("k", type: 13) }),
        HostileFile("the type 2^32-1", "the unknown type 4294967295", keys { $0.key("k", type: .max) }),
        HostileFile("a string longer than the file", "the value of the key 'k'", stringTooLong),
        HostileFile(
            "a boolean of 2", "neither 0 nor 1",
            keys {
                $0.key("k", type: 7); $0.u8(2)
            }),
        HostileFile("an array of arrays", "the key 'k' is an array of arrays", array(of: 9, count: 1)),
        HostileFile("an array of an unknown type", "unknown type 99", array(of: 99, count: 1)),
        HostileFile("an array of 2^64-1 bytes", "18446744073709551615 elements", array(of: 0, count: .max)),
        HostileFile(
            "an array whose size overflows", "4611686018427387905 elements", array(of: 10, count: 1 << 62 | 1)
        ),
        HostileFile("an array of 2^61 strings", "2305843009213693952 elements", array(of: 8, count: 1 << 61)),
        HostileFile("an array of strings that end too late", "the array 'k'", arrayOfLongStrings),
        HostileFile(
            "a control character in a name", "the key 'a?b' has the unknown type",
            keys { $0.key("a\u{1B}b", type: 77) }),
    ]

    static let tensors: [HostileFile] = [
        HostileFile("a tensor without a name", "the name of tensor 1 of 1", tensors { $0.tensor("", [4]) }),
        HostileFile(
            "a name of 65 bytes", "65 bytes; 1 to 64",
            tensors { $0.tensor(String(repeating: "t", count: 65), [4]) }),
        HostileFile("the same tensor twice", "'t' occurs a second time", tensorTwice),
        HostileFile("no dimension", "0 dimensions", tensors { $0.tensor("t", []) }),
        HostileFile("five dimensions", "5 dimensions", tensors { $0.tensor("t", [1, 1, 1, 1, 1]) }),
        HostileFile(
            "2^32-1 dimensions", "4294967295 dimensions",
            tensors {
                $0.string("t"); $0.u32(.max)
            }),
        HostileFile("a dimension of 0", "a dimension of 0", tensors { $0.tensor("t", [4, 0]) }),
        HostileFile(
            "a dimension of 2^64-1", "a dimension of 18446744073709551615", tensors { $0.tensor("t", [.max]) }
        ),
        HostileFile(
            "a shape whose product overflows", "overflows", tensors { $0.tensor("t", [1 << 32, 1 << 32]) }),
        HostileFile(
            "a shape whose size in bytes overflows", "overflows", tensors { $0.tensor("t", [1 << 62]) }),
        HostileFile(
            "a shape whose product overflows to 0", "overflows",
            tensors { $0.tensor("t", [1 << 31, 1 << 31, 4, 1]) }),
        HostileFile(
            "a type that does not exist", "'t' has the unknown type 4",
            tensors { $0.tensor("t", [4], type: 4) }),
        HostileFile("half a block", "no multiple of the 32", tensors { $0.tensor("t", [16], type: 8) }),
        HostileFile("an offset between two", "the offset 8, no multiple of 32", dataAt(8)),
        HostileFile("an offset behind the file", "needs 16 bytes at offset 64", dataAt(64)),
        HostileFile("the offset 2^64-32", "at offset 18446744073709551584", dataAt(.max - 31)),
        HostileFile(
            "a tensor larger than the file", "needs 4096 bytes",
            tensors {
                $0.tensor("t", [1024]); $0.data(64)
            }),
        HostileFile("two tensors in one place", "'t' and 'u' overlap", overlap),
        HostileFile("an alignment of 0", "alignment of 0 bytes", alignment(0)),
        HostileFile("an alignment of 4", "alignment of 4 bytes", alignment(4)),
        HostileFile("an alignment of 48", "alignment of 48 bytes", alignment(48)),
        HostileFile("an alignment of 2^31", "alignment of 2147483648 bytes", alignment(1 << 31)),
        HostileFile("an alignment that is text", "'general.alignment' is a string", alignmentOfText),
    ]

    private static var wrongMagic: GGUFBytes {
        var bytes = GGUFBytes()
        bytes.bytes[3] = UInt8(ascii: "G")
        return bytes
    }

    private static var keyNotUTF8: GGUFBytes {
        keys {
            $0.u64(2)
            $0.bytes += [0xC3, 0x28]
        }
    }

    private static var keyTwice: GGUFBytes {
        keys(2) {
            for _ in 0..<2 {
                $0.key("k", type: 0)
                $0.u8(1)
            }
        }
    }

    private static var stringTooLong: GGUFBytes {
        keys {
            $0.key("k", type: 8)
            $0.string("abc", length: 4)
        }
    }

    private static func array(of type: UInt32, count: UInt64) -> GGUFBytes {
        keys {
            $0.key("k", type: 9)
            $0.u32(type)
            $0.u64(count)
            $0.data(64, alignment: 1)
        }
    }

    private static var arrayOfLongStrings: GGUFBytes {
        keys {
            $0.key("k", type: 9)
            $0.u32(8)
            $0.u64(2)
            $0.string("a")
            $0.string("b", length: .max)
        }
    }

    private static var tensorTwice: GGUFBytes {
        tensors(2) {
            $0.tensor("t", [4])
            $0.tensor("t", [4], offset: 32)
            $0.data(64)
        }
    }

    private static func dataAt(_ offset: UInt64) -> GGUFBytes {
        tensors {
            $0.tensor("t", [4], offset: offset)
            $0.data(64)
        }
    }

    private static var overlap: GGUFBytes {
        tensors(2) {
            $0.tensor("u", [16], offset: 32)
            $0.tensor("t", [16])
            $0.data(128)
        }
    }

    private static var alignmentOfText: GGUFBytes {
        keys {
            $0.key("general.alignment", type: 8)
            $0.string("32")
        }
    }
}

@Suite struct GGUFHostileTests {
    @Test(arguments: HostileFile.headers + HostileFile.keys + HostileFile.tensors)
    func isRefusedWithItsReason(_ file: HostileFile) throws {
        let error = #expect(throws: ModelFileError.self) { try file.bytes.open() }
        #expect(error?.description.contains(file.message) == true, "\(error?.description ?? "")")
    }
}
