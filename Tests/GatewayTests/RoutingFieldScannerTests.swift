import Testing

@testable import Gateway

/// Where in a body the name of the function is, and where it is not.
struct RoutingFieldScannerTests {
    private typealias Outcome = RoutingFieldScanner.Outcome

    private func scan(_ text: String) -> RoutingFieldScanner.Outcome {
        var scanner = RoutingFieldScanner()
        _ = scanner.append(text.utf8)
        return scanner.finish()
    }

    private func scanByByte(_ text: String) -> RoutingFieldScanner.Outcome {
        var scanner = RoutingFieldScanner()
        for byte in text.utf8 { _ = scanner.append([byte]) }
        return scanner.finish()
    }

    @Test(
        "the field is found wherever it is",
        arguments: [
            #"{"model":"m"}"#, #"{"model":"m","input":"x"}"#, #"{"input":"x","model":"m"}"#,
            "  {\t\"model\"\r\n : \n \"m\"  }", #"{"a":{"model":"no"},"model":"m"}"#,
            #"{"a":["model","no"],"model":"m"}"#,
            #"{"a":[{"model":"no"}],"b":[[[{}]]],"model":"m"}"#, #"{"a":"model","model":"m"}"#,
            #"{"a":"\"model\":\"no\"","model":"m"}"#, #"{"a":"\\","model":"m"}"#,
            #"{"a":"\\\"","model":"m"}"#,
            #"{"a":"{[","model":"m"}"#, #"{"a":"}]","model":"m"}"#,
            #"{"a":1,"b":-2.5e3,"c":true,"d":null,"model":"m"}"#,
            #"{"models":"no","Model":"no","model ":"no","":"no","model":"m"}"#,
            #"{"mode\"l":"no","model":"m"}"#,
            #"{"a":"é🔥","model":"m"}"#, #"{"a":{},"b":[],"model":"m"}"#, #"{"model":"m","model":"second"}"#,
            #"{"model":"m""#, #"{"model":"m",,,]"#,
        ])
    func found(text: String) {
        #expect(scan(text) == .found("m"))
        #expect(scanByByte(text) == .found("m"))
    }

    @Test(
        "what is missing, of another type, or no object says so",
        arguments: [
            ("", "empty"), (" \n", "empty"), ("{}", "missing"), (#"{"a":{"model":"m"}}"#, "missing"),
            (#"{"a":"model"}"#, "missing"), (#"{"model":1}"#, "not a string"),
            (#"{"model":null}"#, "not a string"),
            (#"{"model":["m"]}"#, "not a string"), (#"{"model":{"model":"m"}}"#, "not a string"),
            (#"{"model":true,"model":"m"}"#, "not a string"), (#"{"model":"\u006d"}"#, "not the name"),
            (#"{"model":"a\"b"}"#, "not the name"), ("[]", "not a JSON object"),
            ("\"model\"", "not a JSON object"),
            ("1", "not a JSON object"), ("null", "not a JSON object"),
            (#"["model","m"]"#, "not a JSON object"),
            (#"x{"model":"m"}"#, "not a JSON object"), (#"{"model" "m"}"#, "not a JSON object"),
            (#"{model:"m"}"#, "not a JSON object"), ("}", "not a JSON object"),
            ("\u{FEFF}{}", "not a JSON object"),
            ("{", "ends within"), (#"{"model"#, "ends within"), (#"{"model":"#, "ends within"),
            (#"{"model":"m"#, "ends within"), (#"{"a":"\"#, "ends within"), (#"{"a":[1,2"#, "ends within"),
            (#"{"a":{"model":"m"}"#, "ends within"),
        ])
    func absent(text: String, cause: String) {
        for outcome in [scan(text), scanByByte(text)] {
            guard case .absent(let reason) = outcome else {
                Issue.record("\(outcome) in \(text)")
                continue
            }
            #expect(reason.contains(cause), "\(text): \(reason)")
        }
    }

    @Test func aValueHasABound() {
        let longest = String(repeating: "m", count: RoutingFieldScanner.longestValue)
        #expect(scan("{\"model\":\"\(longest)\"}") == .found(longest))
        #expect(
            scan("{\"model\":\"\(longest)m\"}") == .absent("the field 'model' is not the name of a function"))
        let huge = String(repeating: "m", count: 1 << 20)
        #expect(scan("{\"model\":\"\(huge)\"}") == .absent("the field 'model' is not the name of a function"))
        #expect(scan("{\"\(huge)\":1,\"model\":\"m\"}") == .found("m"))
    }

    @Test func anEmptyNameIsFoundAndLeftToOthers() { #expect(scan(#"{"model":""}"#) == .found("")) }

    @Test func nothingIsLookedAtAfterTheField() {
        var scanner = RoutingFieldScanner()
        #expect(scanner.append(#"{"model":"m"}"#.utf8) == .found("m"))
        #expect(scanner.append("}]garbage".utf8) == .found("m"))
        #expect(scanner.finish() == .found("m"))
    }

    @Test func aBodyInPiecesNeedsMoreUntilItIsFound() {
        var scanner = RoutingFieldScanner()
        #expect(scanner.append("{\"input\":[\"a".utf8) == .needsMore)
        #expect(scanner.append("\\".utf8) == .needsMore)
        #expect(scanner.append("\"\"],\"mo".utf8) == .needsMore)
        #expect(scanner.append("del\":\"".utf8) == .needsMore)
        #expect(scanner.append([]) == .needsMore)
        #expect(scanner.append("min".utf8) == .needsMore)
        #expect(scanner.append("ilm\"".utf8) == .found("minilm"))
    }

    @Test func deepNestsAreFollowed() {
        let depth = 1 << 20
        let nest = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(scan("{\"a\":\(nest),\"model\":\"m\"}") == .found("m"))
    }
}
