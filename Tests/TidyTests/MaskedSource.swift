/// Source text in which the inside of every string, comment and regular expression is blank.
///
/// Rules about code read this, so that a brace in a string or a word in a comment deceives nobody. The text
/// keeps its length and its line breaks, and string delimiters stay, so that a position means the same in
/// both.
struct MaskedSource {
    enum Language { case swift, c }

    /// UTF-8 of the masked text.
    private(set) var bytes: [UInt8]
    private var position = 0
    private let language: Language

    init(_ text: String, _ language: Language) {
        bytes = Array(text.utf8)
        self.language = language
        while position < bytes.count { step() }
    }

    init(_ file: TrackedFile) {
        self.init(file.text ?? "", file.isSwift ? .swift : .c)
    }

    /// The masked text by lines.
    var lines: [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    private func at(_ offset: Int) -> UInt8 {
        position + offset < bytes.count ? bytes[position + offset] : 0
    }

    private func matches(_ text: StaticString, at offset: Int = 0) -> Bool {
        text.withUTF8Buffer { wanted in wanted.indices.allSatisfy { at(offset + $0) == wanted[$0] } }
    }

    /// Blanks so many bytes and moves past them.
    private mutating func blank(_ count: Int) {
        for _ in 0..<min(count, bytes.count - position) {
            if bytes[position] != UInt8(ascii: "\n") { bytes[position] = UInt8(ascii: " ") }
            position += 1
        }
    }

    /// Moves past one character of code, or past one whole string or comment.
    private mutating func step() {
        switch at(0) {
        case UInt8(ascii: "/") where matches("//"): maskLineComment()
        case UInt8(ascii: "/") where matches("/*"): maskBlockComment()
        case UInt8(ascii: "\""):
            language == .swift ? maskSwiftString(pounds: 0) : maskCLiteral(UInt8(ascii: "\""))
        case UInt8(ascii: "'") where language == .c: maskCLiteral(UInt8(ascii: "'"))
        case UInt8(ascii: "#") where language == .swift: maskAfterPounds()
        case UInt8(ascii: "/") where language == .swift && startsRegex(): maskRegex(pounds: 0)
        default: position += 1
        }
    }

    private mutating func maskLineComment() {
        while position < bytes.count, at(0) != UInt8(ascii: "\n") { blank(1) }
    }

    /// Swift's block comments nest, C's do not.
    private mutating func maskBlockComment() {
        var depth = 1
        blank(2)
        while position < bytes.count, depth > 0 {
            if matches("*/") {
                depth -= 1
                blank(2)
            } else if language == .swift, matches("/*") {
                depth += 1
                blank(2)
            } else {
                blank(1)
            }
        }
    }

    private mutating func maskCLiteral(_ quote: UInt8) {
        position += 1
        while position < bytes.count, at(0) != quote, at(0) != UInt8(ascii: "\n") {
            blank(at(0) == UInt8(ascii: "\\") ? 2 : 1)
        }
        position += 1
    }

    private mutating func maskAfterPounds() {
        var pounds = 0
        while at(pounds) == UInt8(ascii: "#") { pounds += 1 }
        let next = at(pounds)
        position += pounds
        if next == UInt8(ascii: "\"") { maskSwiftString(pounds: pounds) }
        if next == UInt8(ascii: "/") { maskRegex(pounds: pounds) }
    }
}

// Swift's literals.
extension MaskedSource {
    private func poundsFollow(_ count: Int, after offset: Int) -> Bool {
        (0..<count).allSatisfy { at(offset + $0) == UInt8(ascii: "#") }
    }

    private mutating func maskSwiftString(pounds: Int) {
        let isMultiline = matches("\"\"\"")
        let quotes = isMultiline ? 3 : 1
        position += quotes
        while position < bytes.count {
            let closes = isMultiline ? matches("\"\"\"") : at(0) == UInt8(ascii: "\"")
            if closes, poundsFollow(pounds, after: quotes) {
                position += quotes + pounds
                return
            }
            if !isMultiline, at(0) == UInt8(ascii: "\n") { return }
            if at(0) == UInt8(ascii: "\\"), poundsFollow(pounds, after: 1) {
                let isInterpolation = at(1 + pounds) == UInt8(ascii: "(")
                blank(2 + pounds)
                if isInterpolation { maskInterpolation() }
            } else {
                blank(1)
            }
        }
    }

    /// Blanks up to the bracket that closes the interpolation; strings inside may hold brackets and more
    /// strings.
    private mutating func maskInterpolation() {
        var depth = 1
        while position < bytes.count, depth > 0 {
            if at(0) == UInt8(ascii: "(") { depth += 1 }
            if at(0) == UInt8(ascii: ")") { depth -= 1 }
            if at(0) == UInt8(ascii: "\"") {
                let start = position
                maskSwiftString(pounds: 0)
                let end = position
                position = start
                blank(end - start)
            } else {
                blank(1)
            }
        }
    }

    /// A slash starts a regular expression where an operand is expected and a second slash follows on the
    /// line.
    private func startsRegex() -> Bool {
        guard at(1) != UInt8(ascii: " "), at(1) != UInt8(ascii: "\n"), at(1) != UInt8(ascii: "/") else {
            return false
        }
        var before = position - 1
        while before >= 0, bytes[before] == UInt8(ascii: " ") { before -= 1 }
        if before >= 0, !"(,=:{[!&|?;\n".utf8.contains(bytes[before]) { return false }
        var ahead = 1
        while position + ahead < bytes.count, at(ahead) != UInt8(ascii: "\n") {
            if at(ahead) == UInt8(ascii: "/") { return true }
            ahead += at(ahead) == UInt8(ascii: "\\") ? 2 : 1
        }
        return false
    }

    private mutating func maskRegex(pounds: Int) {
        position += 1
        while position < bytes.count {
            if at(0) == UInt8(ascii: "/"), poundsFollow(pounds, after: 1) { break }
            if pounds == 0, at(0) == UInt8(ascii: "\n") { return }
            blank(at(0) == UInt8(ascii: "\\") ? 2 : 1)
        }
        position += 1 + pounds
    }
}
