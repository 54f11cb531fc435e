/// Finds the value of the top-level string field `model` in a JSON object that arrives in pieces, and looks
/// no further.
///
/// The host reads no more of a body than this. So the scanner does not judge the rest: it follows strings and
/// nesting just closely enough not to take a `model` inside another value for the real one. The worker parses
/// the body in full.
struct RoutingFieldScanner {
    /// What is known so far.
    enum Outcome: Hashable {
        case needsMore
        case found(String)
        /// The body ends, or cannot go on, without the field; the text says why.
        case absent(String)
    }

    /// A name of a function with alias or digest is far shorter; what is longer is none.
    static let longestValue = 256

    private enum Expectation { case object, keyOrEnd, key, colon, value, commaOrEnd }

    private var expectation = Expectation.object
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var text: [UInt8] = []
    private var isModelKey = false
    private(set) var outcome = Outcome.needsMore

    /// Takes the next piece of the body.
    mutating func append(_ bytes: some Sequence<UInt8>) -> Outcome {
        for byte in bytes {
            guard outcome == .needsMore else { return outcome }
            step(byte)
        }
        return outcome
    }

    /// Says that the body is complete.
    mutating func finish() -> Outcome {
        if outcome == .needsMore {
            outcome = .absent(
                expectation == .object && depth == 0
                    ? "the body is empty" : "the body ends within the JSON object")
        }
        return outcome
    }

    private mutating func step(_ byte: UInt8) {
        if isInString { return stepInString(byte) }
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return
        case UInt8(ascii: "\""): openString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): open(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): close()
        case UInt8(ascii: ":") where depth == 1 && expectation == .colon: expectation = .value
        case UInt8(ascii: ",") where depth == 1 && expectation == .commaOrEnd: expectation = .key
        default: stepInScalar()
        }
    }

    private mutating func openString() {
        if depth == 0 || (depth == 1 && (expectation == .colon || expectation == .commaOrEnd)) {
            return fail()
        }
        isInString = true
        text.removeAll(keepingCapacity: true)
    }

    private mutating func stepInString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            if depth == 1 { endString() }
            return
        }
        // One byte more than a value may have tells that it is too long.
        if depth == 1 && text.count <= Self.longestValue { text.append(byte) }
    }

    private mutating func endString() {
        switch expectation {
        case .key, .keyOrEnd:
            isModelKey = text == Array("model".utf8)
            expectation = .colon
        case .value where isModelKey:
            // Names of functions need no escape, so one that has any is no name.
            guard text.count <= Self.longestValue, !text.contains(UInt8(ascii: "\\")) else {
                outcome = .absent("the field 'model' is not the name of a function")
                return
            }
            outcome = .found(String(decoding: text, as: UTF8.self))
        default: expectation = .commaOrEnd
        }
    }

    private mutating func open(_ byte: UInt8) {
        if depth == 0 {
            guard expectation == .object, byte == UInt8(ascii: "{") else { return fail() }
            expectation = .keyOrEnd
        } else if depth == 1 {
            guard expectation == .value else { return fail() }
            guard !isModelKey else {
                outcome = .absent("the field 'model' is not a string")
                return
            }
            expectation = .commaOrEnd
        }
        depth += 1
    }

    private mutating func close() {
        depth -= 1
        if depth < 0 { return fail() }
        if depth == 0 { outcome = .absent("the field 'model' is missing") }
    }

    /// A number, `true`, `false` or `null`: their bytes are not looked at.
    private mutating func stepInScalar() {
        guard depth > 0 else { return fail() }
        guard depth == 1 else { return }
        switch expectation {
        case .value where isModelKey: outcome = .absent("the field 'model' is not a string")
        case .value: expectation = .commaOrEnd
        case .commaOrEnd: return
        case .object, .keyOrEnd, .key, .colon: fail()
        }
    }

    private mutating func fail() { outcome = .absent("the body is not a JSON object") }
}
