// Text to words, as BERT was trained: drop what is invisible, take the text apart at spaces, put ideographs
// by themselves, decompose and drop accents, make lower case, put punctuation by itself. That is done on the
// way through the text, without a copy of it. The order within a word is that of Hugging Face's `tokenizers`,
// and it matters: accents go before the case does, and punctuation is looked for last, because decomposing
// can bring some forth (U+2260 "≠" is "=" and a stroke).

/// One pass over a text: characters in, token numbers out.
struct WordPieceEncoder {
    /// The first tokens, up to the limit.
    private(set) var ids: [Int32] = []
    /// All tokens.
    private(set) var total = 0

    private let tokenizer: WordPieceTokenizer
    private let limit: Int
    /// Characters beyond ASCII that await their normalisation.
    private var run: [Unicode.Scalar] = []
    private var word = BertWord()

    init(_ tokenizer: WordPieceTokenizer, limit: Int) {
        self.tokenizer = tokenizer
        self.limit = limit
    }

    /// Takes in a whole text of valid UTF-8.
    mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        var offset = 0
        while offset < text.count {
            if let special = tokenizer.specials.match(in: text, at: offset, tokenizer.vocabulary) {
                endWord()
                emit(Int32(special.number))
                offset += special.length
            } else if text[offset] < 0x80 {
                appendASCII(text[offset])
                offset += 1
            } else {
                let scalar = Unicode.Scalar(decoding: text, at: &offset)
                appendBeyondASCII(scalar)
            }
        }
        endWord()
    }

    private mutating func appendASCII(_ byte: UInt8) {
        switch tokenizer.normalizer.ascii[Int(byte)] {
        case BertNormalizer.ASCIIAction.drop: return
        case BertNormalizer.ASCIIAction.space: endWord()
        case BertNormalizer.ASCIIAction.punctuation:
            endWord()
            word.append(byte)
            endWord()
        case let letter:
            endRun()
            word.append(letter)
        }
    }

    private mutating func appendBeyondASCII(_ scalar: Unicode.Scalar) {
        if scalar.isDroppedByBert { return }
        if scalar.isBertWhitespace {
            endWord()
        } else if scalar.isBertIdeograph {
            endWord()
            run.append(scalar)
            endWord()
        } else {
            run.append(scalar)
        }
    }

    /// Normalises the characters that wait; what they become can still end a word.
    private mutating func endRun() {
        guard !run.isEmpty else { return }
        let pending = run
        run.removeAll(keepingCapacity: true)
        tokenizer.normalizer.normalize(pending) { scalar in
            if scalar.isBertPunctuation {
                endPieces()
                word.append(scalar)
                endPieces()
            } else if scalar.isBertWhitespace {
                endPieces()
            } else {
                word.append(scalar)
            }
        }
    }

    private mutating func endWord() {
        endRun()
        endPieces()
    }

    /// Cuts the finished word into tokens.
    private mutating func endPieces() {
        guard !word.isEmpty else { return }
        if word.cut(by: tokenizer.vocabulary) {
            for piece in word.pieces { emit(piece) }
        } else {
            emit(tokenizer.unknown)
        }
        word.removeAll()
    }

    private mutating func emit(_ id: Int32) {
        if total < limit { ids.append(id) }
        total += 1
    }
}

extension Unicode.Scalar {
    /// Decodes the scalar at an offset of valid UTF-8 and moves the offset past it.
    fileprivate init(decoding text: UnsafeBufferPointer<UInt8>, at offset: inout Int) {
        let length = max(1, (~text[offset]).leadingZeroBitCount)
        let end = min(offset + length, text.count)
        var value = UInt32(text[offset]) & (0x7F >> UInt32(length))
        for byte in text[(offset + 1)..<end] { value = value << 6 | UInt32(byte & 0x3F) }
        offset = end
        self = Unicode.Scalar(value) ?? "\u{FFFD}"
    }
}
