import LinuxSystem
import ModelFiles

/// The texts of a vocabulary by number; nil for a number without a token.
///
/// Texts are compared by their bytes: Swift's `==` would take "é" in one scalar and in two for the same
/// token.
struct TokenizerVocabulary {
    private(set) var texts: [String?]

    /// Reads `model.vocab` of a `tokenizer.json`.
    init(json file: MappedFile, size: Int) throws(ModelFileError) {
        texts = Array(repeating: nil, count: size)
        var json = JSONCursor(file, 0..<file.count, subject: "tokenizer.json")
        try json.enter("model")
        try json.enter("vocab")
        var more = try json.open("{", "}")
        while more {
            let text = try json.key()
            let number = try json.integer()
            guard number < size else {
                throw ModelFileError(
                    "tokenizer.json: a token has the number \(number), but the vocabulary \(size) tokens")
            }
            guard texts[number] == nil else {
                throw ModelFileError("tokenizer.json: two tokens have the number \(number)")
            }
            texts[number] = text
            more = try json.next("}")
        }
    }

    /// Reads a `vocab.txt`: one token a line.
    init(lines file: MappedFile, size: Int) throws(ModelFileError) {
        texts = []
        let bytes = withExtendedLifetime(file) { Array($0.bytes) }
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let trimmed = line.last == 0x0D ? line.dropLast() : line
            guard let text = String(validating: trimmed, as: UTF8.self) else {
                throw ModelFileError("vocab.txt: line \(texts.count + 1) is not UTF-8")
            }
            texts.append(text)
        }
        // A line break ends the last token; it does not start another.
        if texts.last == "" { texts.removeLast() }
        guard texts.count <= size else {
            throw ModelFileError("vocab.txt has \(texts.count) tokens, but 'vocab_size' is \(size)")
        }
        texts += Array(repeating: nil, count: size - texts.count)
    }

    func number(of text: String) -> Int? {
        texts.firstIndex { $0.map { $0.utf8.elementsEqual(text.utf8) } ?? false }
    }

    func required(_ text: String) throws(ModelFileError) -> Int {
        guard let number = number(of: text) else {
            throw ModelFileError("the vocabulary has no token '\(text.prefix(80))'")
        }
        return number
    }
}

extension JSONCursor {
    /// Steps to the value of a member of the object that comes next; what is before it is passed over.
    fileprivate mutating func enter(_ name: String) throws(ModelFileError) {
        var more = try open("{", "}")
        while more {
            if try key() == name { return }
            try skipValue()
            more = try next("}")
        }
        throw ModelFileError("tokenizer.json has no '\(name)'")
    }
}
