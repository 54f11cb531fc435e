import Kernels
import LinuxSystem
import ModelFiles
import Testing

@Suite struct GGUFRoundTripTests {
    private func metadata() throws -> GGUFFile {
        var writer = GGUFWriter()
        writer.set("text", .string("Grüße, 世界"))
        writer.set("empty", .string(""))
        writer.set("u32", .uint32(.max))
        writer.set("u64", .uint64(.max))
        writer.set("i32", .int32(-7))
        writer.set("f32", .float32(0.25))
        writer.set("yes", .bool(true))
        writer.set("no", .bool(false))
        writer.set("strings", .strings(["a", "", "▁the", "e\u{301}"]))
        writer.set("none", .strings([]))
        writer.set("ints", .int32s([1, -2, .min]))
        writer.set("floats", .float32s([1.5, -.infinity]))
        return try GGUFFile(writer.mapped { _ in [] })
    }

    @Test func scalarsReadAsWritten() throws {
        let file = try metadata()
        #expect(file.keys.count == 12)
        #expect(try file.string("text") == "Grüße, 世界")
        #expect(try file.string("empty") == "")
        #expect(try file.integer("u32") == 4_294_967_295)
        #expect(try file.integer("i32") == -7)
        #expect(try file.float("f32") == 0.25)
        #expect(try file.bool("yes"))
        #expect(try !file.bool("no"))
        #expect(file.has("no") && !file.has("nobody"))
    }

    @Test func arraysReadAsWritten() throws {
        let file = try metadata()
        let integers = try file.integers("ints")
        #expect((0..<integers.count).map { integers[$0] } == [1, -2, Int(Int32.min)])
        let floats = try file.floats("floats")
        #expect((0..<floats.count).map { floats[$0] } == [1.5, -.infinity])
        let strings = try file.strings("strings")
        var texts: [String?] = []
        strings.forEach { _, position, _ in texts.append(strings.string(at: position)) }
        #expect(texts == ["a", "", "▁the", "e\u{301}"])
        #expect(strings.count == 4)
        #expect(try file.strings("none").count == 0)
    }

    @Test func stringsAreComparedByTheirBytes() throws {
        let strings = try metadata().strings("strings")
        var positions: [UInt32] = []
        strings.forEach { _, position, _ in positions.append(position) }
        func matches(_ text: String, at index: Int) -> Bool {
            strings.matches(Array(text.utf8).span, at: positions[index])
        }
        #expect(matches("e\u{301}", at: 3))
        #expect(!matches("\u{E9}", at: 3))
        #expect(matches("", at: 1))
        #expect(strings.areEqual(positions[0], positions[0]) && !strings.areEqual(positions[0], positions[1]))
    }

    @Test func errorsNameTheKeyAndWhatItIs() throws {
        let file = try metadata()
        func message(_ body: () throws(ModelFileError) -> Void) -> String? {
            do { try body() } catch { return error.description }
            return nil
        }
        #expect(
            message { () throws(ModelFileError) in _ = try file.integer("gone") }
                == "the model file has no key 'gone'")
        #expect(
            message { () throws(ModelFileError) in _ = try file.integer("text") }
                == "the value of the key 'text' is a string, not an integer")
        #expect(
            message { () throws(ModelFileError) in _ = try file.integer("u64") }
                == "the value of the key 'u64' does not fit in 63 bits")
        #expect(
            message { () throws(ModelFileError) in _ = try file.strings("ints") }
                == "the value of the key 'ints' is an array of integers, not an array of strings")
        #expect(
            message { () throws(ModelFileError) in _ = try file.bool("u32") }
                == "the value of the key 'u32' is an integer, not a boolean")
    }

    @Test func tensorsOfEveryFormatReadAsWritten() throws {
        var writer = GGUFWriter()
        for format in WeightFormat.allCases {
            try writer.add(tensor: "matrix.\(format.name)", format, dimensions: [64, 3])
            try writer.add(tensor: "vector.\(format.name)", format, dimensions: [32])
        }
        func content(_ tensor: GGUFWriter.Tensor) -> [UInt8] {
            (0..<tensor.byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ tensor.name.utf8.count) }
        }
        let announced = writer.tensors
        let file = try GGUFFile(writer.mapped(content))
        #expect(file.tensors.map(\.name) == announced.map(\.name))
        for (tensor, source) in zip(file.tensors, announced) {
            #expect(tensor.format == source.format && tensor.dimensions == source.dimensions)
            #expect(tensor.offset.isMultiple(of: 32))
            #expect(tensor.elementCount == source.dimensions.reduce(1, *))
            #expect(Array(tensor.bytes) == content(source))
        }
    }

    @Test func theSameCallsGiveTheSameBytes() throws {
        func write() throws -> [UInt8] {
            var writer = GGUFWriter()
            for index in 0..<50 { writer.set("key.\(index)", .uint32(UInt32(index))) }
            try writer.add(tensor: "t", .q8_0, dimensions: [32])
            return try writer.bytes { [UInt8](repeating: 1, count: $0.byteCount) }
        }
        #expect(try write() == write())
    }

    @Test func aWriterThatIsGivenTooMuchOrTooLittleSaysSo() throws {
        var writer = GGUFWriter()
        try writer.add(tensor: "t", .f32, dimensions: [2])
        for (count, message) in [(7, "got 7 of its 8 bytes"), (9, "got more than 8 bytes")] {
            let error = #expect(throws: ModelFileError.self) {
                try writer.bytes { _ in [UInt8](repeating: 0, count: count) }
            }
            #expect(error?.description.contains(message) == true)
        }
    }

    @Test func aWriterRefusesTensorsThatNoReaderTakes() throws {
        var writer = GGUFWriter()
        try writer.add(tensor: "t", .f32, dimensions: [2])
        let bad: [(String, WeightFormat, [Int])] = [
            ("t", .f32, [2]), ("", .f32, [2]), ("u", .q8_0, [31]), ("u", .f32, []), ("u", .f32, [0]),
            ("u", .f32, [-4]), ("u", .f32, [.max, 2]), ("u", .f32, [1, 1, 1, 1, 1]),
        ]
        for (name, format, dimensions) in bad {
            #expect(throws: ModelFileError.self) {
                try writer.add(tensor: name, format, dimensions: dimensions)
            }
        }
        #expect(writer.tensors.count == 1)
    }

    @Test func aTensorWithoutKernelsIsListedAndCannotBeUsed() throws {
        var bytes = GGUFBytes(tensors: 2)
        bytes.tensor("big", [256], type: 12)
        bytes.tensor("ok", [8], offset: 160)
        bytes.data(192)
        let file = try bytes.open()
        #expect(file.tensors.map(\.name) == ["ok"])
        #expect(
            file.unsupportedTensors
                == file.unsupportedTensors.filter { $0.name == "big" && $0.type == "Q4_K" })
        #expect(file.hasTensor("big") && file.hasTensor("ok") && !file.hasTensor("gone"))
        let error = #expect(throws: ModelFileError.self) { try file.tensor("big") }
        #expect(
            error?.description.hasPrefix("the tensor 'big' has the type Q4_K, which is not supported") == true
        )
        #expect(throws: ModelFileError("the model file has no tensor 'gone'")) { try file.tensor("gone") }
    }

    @Test func theAlignmentOfTheFileHolds() throws {
        var bytes = GGUFBytes(tensors: 1, keys: 1)
        bytes.key("general.alignment", type: 4)
        bytes.u32(1024)
        bytes.tensor("t", [4])
        bytes.data(16, alignment: 1024)
        let file = try bytes.open()
        #expect(file.alignment == 1024)
        #expect(try file.tensor("t").offset == 1024)
    }

    @Test func textThatIsNotUTF8IsAnErrorWhenAskedFor() throws {
        var bytes = GGUFBytes(keys: 1)
        bytes.key("k", type: 8)
        bytes.u64(1)
        bytes.u8(0xFF)
        let file = try bytes.open()
        #expect(throws: ModelFileError("the value of the key 'k' at byte 45 is not UTF-8")) {
            try file.string("k")
        }
    }

    @Test func aFileWithoutAnythingIsValid() throws {
        let file = try GGUFBytes().open()
        #expect(file.keys.isEmpty && file.tensors.isEmpty && file.alignment == 32)
    }
}
