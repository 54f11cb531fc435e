import LinuxSystem
import ModelFiles
import Tokenizers

/// Opens any bytes as a GGUF file, then reads everything that the file says it has, and makes its tokenizer.
///
/// Every byte of every tensor is read, so that the address sanitizer sees an extent that is wrong.
func readGGUF(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let file = try? MappedFile(copying: UnsafeBufferPointer(start: start, count: count)),
        let gguf = try? GGUFFile(file)
    else { return 0 }
    var sum = 0
    for tensor in gguf.tensors {
        precondition(tensor.offset + tensor.byteCount <= count && tensor.elementCount > 0)
        for byte in tensor.bytes { sum &+= Int(byte) }
        precondition((try? gguf.tensor(tensor.name).offset) == tensor.offset)
    }
    for tensor in gguf.unsupportedTensors { precondition((try? gguf.tensor(tensor.name)) == nil) }
    for key in gguf.keys { sum &+= read(gguf, key) }
    if let tokenizer = try? WordPieceTokenizer(gguf) {
        let encoding = tokenizer.encode("a cat, 中文 e\u{301} [SEP] unbelievable", maximumTokens: 8)
        precondition(encoding.ids.count <= 8)
        precondition(encoding.ids.allSatisfy { $0 >= 0 && $0 < tokenizer.vocabularySize })
    }
    return withExtendedLifetime(file) { sum == Int.min ? 1 : 0 }
}

/// The value of a key, whatever it is.
private func read(_ gguf: GGUFFile, _ key: String) -> Int {
    var sum = 0
    if let text = try? gguf.string(key) { sum &+= text.utf8.count }
    if let integer = try? gguf.integer(key) { sum &+= integer }
    if let float = try? gguf.float(key), float > 0 { sum &+= 1 }
    if (try? gguf.bool(key)) == true { sum &+= 1 }
    if let integers = try? gguf.integers(key) {
        for index in 0..<integers.count { sum &+= integers[index] }
    }
    if let floats = try? gguf.floats(key) {
        for index in 0..<floats.count where floats[index] > 0 { sum &+= 1 }
    }
    if let strings = try? gguf.strings(key) {
        strings.forEach { _, position, bytes in
            for index in bytes.indices { sum &+= Int(bytes[index]) }
            precondition(strings.matches(bytes, at: position))
        }
    }
    return sum
}
