import FunctionTypes

/// What is checked before a text reaches the YAML parser, which recurses over nested values and compares
/// keys.
///
/// These are upper bounds, counted without knowing what is in quotes or in a comment, so that no quoting can
/// hide anything from them. They are far beyond what a manifest needs.
enum ManifestTextBounds {
    /// Anchors are refused after parsing. But a key that is an alias of aliases is expanded while the parser
    /// looks for duplicate keys. So few aliases cannot expand to more than some twenty times the text.
    private static let mostAliases = 8
    /// Each level of a list or mapping in brackets opens one.
    private static let mostBrackets = 256
    /// Each level of an indented list or mapping begins at a further column; two levels may share one.
    private static let mostColumns = 80

    static func check(_ text: String.UTF8View) throws(HearthError) {
        var aliases = 0
        var brackets = 0
        var previous = UInt8(ascii: "\n")
        for byte in text {
            if previous == UInt8(ascii: "*"), isAnchorCharacter(byte) { aliases += 1 }
            if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { brackets += 1 }
            previous = byte
        }
        guard aliases <= mostAliases else {
            throw ManifestReader.fault(
                nil, "has words that begin with '*', which YAML reads as aliases",
                remedy: "Write the values out.")
        }
        guard brackets <= mostBrackets else {
            throw ManifestReader.fault(
                nil, "has \(brackets) opening brackets, more than \(mostBrackets)",
                remedy: "A manifest needs no deep nesting.")
        }
        if let line = firstDeepLine(text) {
            throw ManifestReader.fault(
                line, "the text begins after column \(mostColumns)",
                remedy: "A manifest needs no deep nesting.")
        }
    }

    /// The number of the first line whose content begins too far to the right. Indicators of lists and
    /// mappings may follow each other on a line, so they count like spaces.
    private static func firstDeepLine(_ text: String.UTF8View) -> Int? {
        var line = 1
        var column = 0
        var isBeforeContent = true
        for byte in text {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"),
                UInt8(ascii: "\t"):
                column += 1
            // The last bytes of U+0085, U+2028 and U+2029, which YAML takes for line breaks too.
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x85, 0xa8, 0xa9:
                if isBeforeContent, column > mostColumns { return line }
                if byte == UInt8(ascii: "\n") { line += 1 }
                column = 0
                isBeforeContent = true
            default:
                // A comment that stands alone may be anywhere.
                if isBeforeContent, column > mostColumns, byte != UInt8(ascii: "#") { return line }
                isBeforeContent = false
            }
        }
        return isBeforeContent && column > mostColumns ? line : nil
    }

    private static func isAnchorCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
