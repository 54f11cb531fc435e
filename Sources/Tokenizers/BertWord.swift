/// A normalised word on its way to becoming tokens.
struct BertWord {
    /// "▁" and the word, so that the first token can be looked up as the vocabulary has it.
    private var bytes: [UInt8] = BertWord.mark
    private var characters = 0
    private var hashes: [UInt64] = []
    /// The tokens that ``cut(by:)`` found.
    private(set) var pieces: [Int32] = []

    private static let mark: [UInt8] = [0xE2, 0x96, 0x81]
    private static let markHash = mark.reduce(into: TokenHash()) { $0.append($1) }
    /// Longer words are unknown, by definition.
    private static let mostCharacters = 100

    var isEmpty: Bool { characters == 0 }

    mutating func append(_ ascii: UInt8) {
        characters += 1
        if characters <= Self.mostCharacters { bytes.append(ascii) }
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        characters += 1
        if characters <= Self.mostCharacters {
            bytes.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
        }
    }

    mutating func removeAll() {
        bytes.removeLast(bytes.count - Self.mark.count)
        characters = 0
    }

    /// Fills ``pieces``; false where the word is too long, or has a part that no token starts.
    mutating func cut(by vocabulary: VocabularyTable) -> Bool {
        guard characters <= Self.mostCharacters else { return false }
        pieces.removeAll(keepingCapacity: true)
        var start = Self.mark.count
        while start < bytes.count {
            guard let piece = longestPiece(at: start, vocabulary) else { return false }
            pieces.append(Int32(piece.number))
            start = piece.end
        }
        return true
    }

    private mutating func longestPiece(
        at start: Int, _ vocabulary: VocabularyTable
    ) -> (number: Int, end: Int)? {
        let isFirst = start == Self.mark.count
        let base = isFirst ? 0 : start
        var hash = isFirst ? Self.markHash : TokenHash()
        hashes.removeAll(keepingCapacity: true)
        for offset in start..<max(start, min(bytes.count, base + vocabulary.longest)) {
            hash.append(bytes[offset])
            hashes.append(hash.value)
        }
        // A "▁" in the middle of a word would otherwise find the tokens that start one.
        let isMarked = !isFirst && bytes[start...].starts(with: Self.mark)
        var length = hashes.count
        while length > 0 {
            let span = bytes.span.extracting(base..<start + length)
            if !isMarked || length == Self.mark.count,
                let number = vocabulary.number(of: span, hash: hashes[length - 1])
            {
                return (number, start + length)
            }
            length -= 1
        }
        return nil
    }
}
