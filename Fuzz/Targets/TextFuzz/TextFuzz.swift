import Glibc
import LinuxSystem
import ModelFiles
import Tokenizers

/// Tokenizes any text with a small vocabulary and checks what must hold for every text.
func tokenize(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    for tokenizer in tokenizers {
        let whole = tokenizer.encode(text, maximumTokens: Int.max)
        precondition(!whole.truncated && whole.ids.count == whole.totalTokens)
        precondition(whole.ids.allSatisfy { $0 >= 0 && $0 < tokenizer.vocabularySize })
        let part = tokenizer.encode(text, maximumTokens: 5)
        precondition(part.totalTokens == whole.totalTokens && part.truncated == (whole.totalTokens > 5))
        precondition(part.ids == Array(whole.ids.dropLast().prefix(4)) + [whole.ids.last ?? 0])
    }
    return 0
}

private let tokenizers: [WordPieceTokenizer] = [true, false].map { lowercase in
    let vocabulary = ["[UNK]", "[CLS]", "[SEP]"] + (0x20..<0x250).map { String(Unicode.Scalar($0) ?? " ") }
    var writer = GGUFWriter()
    writer.set("tokenizer.ggml.model", .string("bert"))
    writer.set("tokenizer.ggml.tokens", .strings(vocabulary + vocabulary.dropFirst(3).map { "▁" + $0 }))
    for (number, role) in ["unknown", "cls", "seperator"].enumerated() {
        writer.set("tokenizer.ggml.\(role)_token_id", .uint32(UInt32(number)))
    }
    writer.set("tokenizer.ggml.normalizer.lowercase", .bool(lowercase))
    var path = Array("/tmp/hearth-fuzz-XXXXXX".utf8CString)
    let file = FileDescriptor(owning: mkstemp(&path))
    unlink(path)
    do {
        try writer.write(to: file) { _, _ in }
        return try WordPieceTokenizer(GGUFFile(MappedFile(file)))
    } catch {
        preconditionFailure("the vocabulary of the fuzz target is bad: \(error)")
    }
}
