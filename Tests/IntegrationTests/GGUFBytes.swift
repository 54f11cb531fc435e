import Foundation

/// A GGUF file under construction, written after the format's description alone, so that a test can also
/// write what the format forbids.
struct GGUFBytes {
    var version: UInt32 = 3
    var keys: [(name: String, value: [UInt8])] = []
    var tensors: [Tensor] = []

    /// An entry of the directory and its data.
    struct Tensor {
        var name: String
        var dimensions: [UInt64]
        /// 0 is F32.
        var type: UInt32 = 0
        var data: [UInt8]
        /// Where the entry says the data is; nil where it is.
        var claimedOffset: UInt64?
    }

    mutating func set(_ name: String, _ text: String) {
        keys.append((name, Self.number(UInt32(8)) + Self.string(text)))
    }

    mutating func set(_ name: String, _ number: UInt32) {
        keys.append((name, Self.number(UInt32(4)) + Self.number(number)))
    }

    mutating func set(_ name: String, _ number: Float) {
        keys.append((name, Self.number(UInt32(6)) + Self.number(number.bitPattern)))
    }

    mutating func set(_ name: String, _ texts: [String]) {
        let head = Self.number(UInt32(9)) + Self.number(UInt32(8)) + Self.number(UInt64(texts.count))
        keys.append((name, head + texts.flatMap(Self.string)))
    }

    mutating func remove(_ name: String) { keys.removeAll { $0.name == name } }

    /// Adds a tensor of 32-bit floats.
    mutating func add(_ name: String, _ dimensions: [Int], _ values: [Float]) {
        tensors.append(
            Tensor(
                name: name, dimensions: dimensions.map(UInt64.init),
                data: values.flatMap { Self.number($0.bitPattern) }))
    }

    /// Adds a tensor that no model asks for.
    mutating func addPadding(byteCount: Int) {
        let data = [UInt8](repeating: 0, count: byteCount)
        tensors.append(Tensor(name: "padding", dimensions: [UInt64(byteCount / 4)], data: data))
    }

    /// Where the parts of the file begin.
    struct Layout {
        var keys: Int
        var tensors: Int
        var data: Int
    }

    /// The file, and where its parts are.
    func build() -> (bytes: [UInt8], layout: Layout) {
        var bytes = Array("GGUF".utf8) + Self.number(version)
        bytes += Self.number(UInt64(tensors.count)) + Self.number(UInt64(keys.count))
        var layout = Layout(keys: bytes.count, tensors: 0, data: 0)
        for key in keys { bytes += Self.string(key.name) + key.value }
        layout.tensors = bytes.count
        var offset: UInt64 = 0
        for tensor in tensors {
            bytes += Self.string(tensor.name) + Self.number(UInt32(tensor.dimensions.count))
            bytes += tensor.dimensions.flatMap(Self.number) + Self.number(tensor.type)
            bytes += Self.number(tensor.claimedOffset ?? offset)
            offset += UInt64(Self.padded(tensor.data.count))
        }
        bytes += [UInt8](repeating: 0, count: Self.padded(bytes.count) - bytes.count)
        layout.data = bytes.count
        for tensor in tensors {
            bytes +=
                tensor.data + [UInt8](repeating: 0, count: Self.padded(tensor.data.count) - tensor.data.count)
        }
        return (bytes, layout)
    }

    /// Little-endian.
    static func number<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    static func string(_ text: String) -> [UInt8] { number(UInt64(text.utf8.count)) + Array(text.utf8) }

    private static func padded(_ count: Int) -> Int { (count + 31) / 32 * 32 }
}
