import ModelFiles

/// Tokens that mean something by themselves and are recognised where a text spells them out, before anything
/// else.
struct SpecialTokens: Sendable {
    private let numbers: Set<Int>
    private let startsOne: [Bool]
    private let longest: Int

    init(_ numbers: Set<Int>, _ vocabulary: VocabularyTable) {
        var startsOne = [Bool](repeating: false, count: 256)
        var longest = 0
        for number in numbers {
            guard let text = vocabulary.text(of: number), let first = text.utf8.first else { continue }
            startsOne[Int(first)] = true
            longest = max(longest, text.utf8.count)
        }
        self.numbers = numbers
        self.startsOne = startsOne
        self.longest = longest
    }

    /// The longest special token at an offset of a text, and its length in bytes.
    func match(
        in text: UnsafeBufferPointer<UInt8>, at offset: Int, _ vocabulary: VocabularyTable
    ) -> (number: Int, length: Int)? {
        guard startsOne[Int(text[offset])] else { return nil }
        var hash = TokenHash()
        var best: (number: Int, length: Int)?
        for end in offset..<min(text.count, offset + longest) {
            hash.append(text[end])
            let bytes = UnsafeBufferPointer(rebasing: text[offset...end])
            let number = vocabulary.number(of: Span(_unsafeElements: bytes), hash: hash.value)
            if let number, numbers.contains(number) { best = (number, end + 1 - offset) }
        }
        return best
    }
}

/// Finds the special tokens that a file names.
struct SpecialTokenKeys {
    private let gguf: GGUFFile
    private let vocabulary: VocabularyTable
    private static let roles = ["bos", "eos", "unknown", "seperator", "padding", "cls", "mask"]
    private static let controlType = 3

    init(_ gguf: GGUFFile, _ vocabulary: VocabularyTable) {
        self.gguf = gguf
        self.vocabulary = vocabulary
    }

    /// The token of the first of these roles that the file names, else the one with the given text.
    func required(_ roles: [String], orText text: String) throws(ModelFileError) -> Int32 {
        for role in roles {
            if let number = try number(of: role) { return Int32(number) }
        }
        guard let number = vocabulary.number(of: text) else {
            throw ModelFileError(
                "the model file has no key '\(Self.key(roles[0]))', and its vocabulary no token '\(text)'")
        }
        return Int32(number)
    }

    /// Every token with a role, and every token that the file says is a control token.
    func all() throws(ModelFileError) -> Set<Int> {
        var numbers: Set<Int> = []
        for role in Self.roles {
            if let number = try number(of: role) { numbers.insert(number) }
        }
        guard gguf.has("tokenizer.ggml.token_type") else { return numbers }
        let types = try gguf.integers("tokenizer.ggml.token_type")
        guard types.count == vocabulary.count else {
            throw ModelFileError(
                "'tokenizer.ggml.token_type' has \(types.count) elements and the vocabulary \(vocabulary.count)"
            )
        }
        for number in 0..<types.count where types[number] == Self.controlType { numbers.insert(number) }
        return numbers
    }

    private func number(of role: String) throws(ModelFileError) -> Int? {
        let key = Self.key(role)
        guard gguf.has(key) else { return nil }
        let number = try gguf.integer(key)
        guard number >= 0, number < vocabulary.count else {
            throw ModelFileError(
                "'\(key)' is \(number), outside the vocabulary of \(vocabulary.count) tokens")
        }
        return number
    }

    private static func key(_ role: String) -> String { "tokenizer.ggml.\(role)_token_id" }
}
