/// The words of masked code, for rules about names and calls.
struct Words {
    /// A run of letters, digits and `_`.
    struct Word {
        /// The word itself.
        let text: String
        /// Where it starts and where it ends, in bytes.
        let range: Range<Int>
        /// Line, counted from 1.
        let line: Int
    }

    let words: [Word]

    init(_ source: MaskedSource) {
        var words: [Word] = []
        var line = 1
        var start: Int?
        let bytes = source.bytes + [UInt8(ascii: "\n")]
        for (position, byte) in bytes.enumerated() {
            if Self.isPart(byte) {
                start = start ?? position
                continue
            }
            if let first = start {
                let text = String(decoding: bytes[first..<position], as: UTF8.self)
                words.append(Word(text: text, range: first..<position, line: line))
                start = nil
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
        }
        self.words = words
    }

    static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

extension MaskedSource {
    /// The first byte at or after the position that is neither space nor line break.
    func nextVisible(from position: Int) -> UInt8? {
        bytes[min(position, bytes.count)...].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
    }

    /// The last byte before the position that is neither space nor line break.
    func previousVisible(before position: Int) -> UInt8? {
        bytes[..<position].last { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
    }
}
