import Kernels
import LinuxSystem
import ModelFiles
import TestSupport
import Testing

/// Damage at random: whatever comes of it is a file or an error, never a trap.
@Suite struct MutationTests {
    private func damaged(_ source: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = source
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = .random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << Int.random(in: 0..<8, using: &random)
            case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            case 3:
                bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &random)))
            default: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
            }
        }
        return bytes
    }

    private func touch(_ file: GGUFFile) throws -> Int {
        var sum = file.tensors.reduce(0) { sum, tensor in sum + tensor.bytes.reduce(0) { $0 + Int($1) } }
        for key in file.keys {
            sum += (try? file.string(key).utf8.count) ?? 0
            sum += (try? file.integer(key)) ?? 0 > 0 ? 1 : 0
            if let integers = try? file.integers(key) {
                for index in 0..<integers.count { sum ^= integers[index] }
            }
            if let floats = try? file.floats(key) {
                for index in 0..<floats.count where floats[index] > 0 { sum ^= 1 }
            }
            if let strings = try? file.strings(key) { strings.forEach { _, _, bytes in sum ^= bytes.count } }
        }
        return sum
    }

    @Test func damagedGGUFFilesAreRefusedOrReadable() throws {
        var writer = GGUFWriter()
        writer.set("general.alignment.not", .uint32(32))
        writer.set("strings", .strings(["a", "bc", "def"]))
        writer.set("ints", .int32s([1, 2, 3]))
        writer.set("floats", .float32s([1, 2, 3]))
        writer.set("text", .string("text"))
        try writer.add(tensor: "a", .f32, dimensions: [4, 2])
        try writer.add(tensor: "b", .q8_0, dimensions: [32, 1])
        let source = try writer.bytes { [UInt8](repeating: 5, count: $0.byteCount) }
        try expectRefusedOrReadable(source) { file in _ = try touch(GGUFFile(file)) }
    }

    @Test func damagedSafetensorsFilesAreRefusedOrReadable() throws {
        try expectRefusedOrReadable(SafetensorsTests.sample) { file in
            for tensor in try SafetensorsFile(file).tensors {
                _ = tensor.bytes.reduce(0) { $0 + Int($1) }
                _ = try? tensor.floats(0..<tensor.elementCount)
            }
        }
    }

    private func expectRefusedOrReadable(
        _ source: [UInt8], _ open: (MappedFile) throws -> Void
    ) throws {
        var random = SeededGenerator()
        var (readable, refused) = (0, 0)
        for round in 0..<20_000 {
            let file = try MappedFile(copying: damaged(source, &random))
            do {
                try open(file)
                readable += 1
            } catch is ModelFileError {
                refused += 1
            } catch {
                Issue.record("round \(round), \(random): \(error)")
            }
        }
        #expect(readable > 100 && refused > 1000, "\(random): \(readable) readable, \(refused) refused")
    }
}
