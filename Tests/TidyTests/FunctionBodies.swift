/// A function's body: what stands between its braces.
struct FunctionBody: Equatable {
    /// The function's name, or the keyword for an initializer, a subscript or a computed property.
    let name: String
    /// The line that holds the name, counted from 1.
    let line: Int
    /// Lines strictly between the braces.
    let lineCount: Int
}

/// Finds the functions of a file by matching braces in its masked text.
enum FunctionBodies {
    static func all(of file: TrackedFile) -> [FunctionBody] {
        let source = MaskedSource(file)
        return file.isSwift ? swift(source) : c(source)
    }

    /// Functions, initializers, deinitializers, subscripts and computed properties, also those inside others.
    static func swift(_ source: MaskedSource) -> [FunctionBody] {
        let words = Words(source).words
        return words.indices.compactMap { index in
            let word = words[index]
            guard isDeclaration(word, in: source) else { return nil }
            let next = index + 1 < words.count ? words[index + 1].text : ""
            let name = ["func", "var"].contains(word.text) ? next : word.text
            guard let open = bodyStart(after: word, in: source) else { return nil }
            return body(named: name, line: word.line, openingAt: open, in: source.bytes)
        }
    }

    private static func isDeclaration(_ word: Words.Word, in source: MaskedSource) -> Bool {
        let before = source.previousVisible(before: word.range.lowerBound)
        if before == UInt8(ascii: ".") || before == UInt8(ascii: "`") { return false }
        let after = source.nextVisible(from: word.range.upperBound)
        switch word.text {
        case "func", "var": return after != UInt8(ascii: ":")
        case "init": return after.map { "(?!<".utf8.contains($0) } ?? false
        case "subscript": return after.map { "(<".utf8.contains($0) } ?? false
        case "deinit": return after == UInt8(ascii: "{")
        default: return false
        }
    }

    /// The brace that opens the body, or nil for a requirement of a protocol and for a stored property.
    private static func bodyStart(after word: Words.Word, in source: MaskedSource) -> Int? {
        var depth = 0
        var position = word.range.upperBound
        while position < source.bytes.count {
            switch source.bytes[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return position
            case UInt8(ascii: "}") where depth == 0, UInt8(ascii: ";") where depth == 0: return nil
            case UInt8(ascii: "=") where depth == 0 && word.text == "var": return nil
            case UInt8(ascii: "\n") where depth == 0:
                if word.text == "var" || !continues(after: position, in: source) { return nil }
            default: break
            }
            if depth < 0 { return nil }
            position += 1
        }
        return nil
    }

    /// True when the next line goes on with the declaration's head: `{`, `->`, `where`, `throws`, `async`.
    private static func continues(after lineBreak: Int, in source: MaskedSource) -> Bool {
        let rest = source.bytes[lineBreak...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        let heads = ["{", "->", "where", "throws", "async", "rethrows", "(", "&", ",", "=="]
        let before = source.previousVisible(before: lineBreak).map { "(,:&=>".utf8.contains($0) } ?? false
        return before || heads.contains { rest.starts(with: $0.utf8) }
    }

    /// C: a brace at the top level that follows a closing bracket. `extern "C" {` counts as top level.
    static func c(_ source: MaskedSource) -> [FunctionBody] {
        let bytes = source.bytes
        var bodies: [FunctionBody] = []
        var position = 0
        while position < bytes.count {
            defer { position += 1 }
            guard bytes[position] == UInt8(ascii: "{") else { continue }
            let before = source.previousVisible(before: position)
            if before == UInt8(ascii: "\"") { continue }
            let end = closingBrace(of: position, in: bytes)
            if before == UInt8(ascii: ")") {
                let head =
                    bytes[..<position].lastIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "}") } ?? 0
                let line = 1 + bytes[..<position].count { $0 == UInt8(ascii: "\n") }
                let name = cName(String(decoding: bytes[head..<position], as: UTF8.self))
                bodies.append(body(named: name, line: line, openingAt: position, in: bytes))
            }
            position = end
        }
        return bodies
    }

    private static func cName(_ head: String) -> String {
        let beforeBracket = head.prefix { $0 != "(" }
        return beforeBracket.split { !($0.isLetter || $0.isNumber || $0 == "_") }.last.map(String.init) ?? "?"
    }

    private static func body(named name: String, line: Int, openingAt open: Int, in bytes: [UInt8])
        -> FunctionBody
    {
        let end = closingBrace(of: open, in: bytes)
        let breaks = bytes[open..<end].count { $0 == UInt8(ascii: "\n") }
        return FunctionBody(name: name, line: line, lineCount: max(0, breaks - 1))
    }

    /// The position of the brace that closes the one at `open`, or the end of the file.
    private static func closingBrace(of open: Int, in bytes: [UInt8]) -> Int {
        var depth = 0
        for position in open..<bytes.count {
            if bytes[position] == UInt8(ascii: "{") { depth += 1 }
            if bytes[position] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return position }
        }
        return bytes.count
    }
}
