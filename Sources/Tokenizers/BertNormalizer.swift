import ModelFiles
@_spi(_Unicode) import Swift

/// Which changes a text goes through before it is cut into tokens, and what they do to a character.
struct BertNormalizer: Sendable {
    /// What becomes of an ASCII character; the value of any other is the character that it becomes.
    enum ASCIIAction {
        static let drop: UInt8 = 0
        static let space: UInt8 = 1
        static let punctuation: UInt8 = 2
    }

    /// An action for each of the 128.
    let ascii: [UInt8]
    private let lowercase: Bool
    private let stripAccents: Bool

    init(_ gguf: GGUFFile) throws(ModelFileError) {
        let (lowercaseKey, accentsKey) =
            ("tokenizer.ggml.normalizer.lowercase", "tokenizer.ggml.normalizer.strip_accents")
        let lowercase = gguf.has(lowercaseKey) ? try gguf.bool(lowercaseKey) : true
        self.lowercase = lowercase
        stripAccents = gguf.has(accentsKey) ? try gguf.bool(accentsKey) : lowercase
        ascii = (UInt8(0)..<128).map { byte in
            let scalar = Unicode.Scalar(byte)
            if scalar.isDroppedByBert { return ASCIIAction.drop }
            if scalar.isBertWhitespace { return ASCIIAction.space }
            if scalar.isBertPunctuation { return ASCIIAction.punctuation }
            return lowercase && scalar.properties.isUppercase ? byte + 32 : byte
        }
    }

    /// Calls `body` with what becomes of a stretch of characters: without accents, in lower case.
    func normalize(_ run: [Unicode.Scalar], _ body: (Unicode.Scalar) -> Void) {
        guard stripAccents else {
            for scalar in run { lower(scalar, body) }
            return
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: run)
        for scalar in String(text)._nfd where !scalar.isBertAccent { lower(scalar, body) }
    }

    /// One character at a time and without regard to its neighbours, so that a sigma at the end of a word
    /// stays "σ".
    private func lower(_ scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
        guard lowercase else { return body(scalar) }
        for small in scalar.properties.lowercaseMapping.unicodeScalars { body(small) }
    }
}
