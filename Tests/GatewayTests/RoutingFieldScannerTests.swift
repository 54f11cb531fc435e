import Foundation
import TestSupport
import Testing

@testable import Gateway

@Suite("Finding the function's name in a body")
struct RoutingFieldScannerTests {
    private func scan(_ text: String, piece: Int = .max) -> RoutingFieldScanner.Outcome {
        var scanner = RoutingFieldScanner()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            _ = scanner.append(rest.prefix(piece))
            rest = rest.dropFirst(piece)
        }
        return scanner.finish()
    }

    @Test(
        "the top-level field is found wherever it stands",
        arguments: [
            #"{"model":"a"}"#, #" { "model" : "a" , "input":[]}"#, #"{"input":"x","model":"a"}"#,
            #"{"input":["model","b"],"model":"a"}"#, #"{"input":{"model":"b"},"model":"a"}"#,
            #"{"input":"\"model\":\"b\"","model":"a"}"#, #"{"n":-1.5e3,"t":true,"z":null,"model":"a"}"#,
            #"{"x":"\\","model":"a"}"#, #"{"x":[[["]}"]]],"model":"a"}"#, #"{"model":"a","model":"b"}"#,
            "{\"x\":\n[1,\r\n2]\t,\"model\":\"a\"", #"{"modell":"b","mode":"c","model":"a"}"#,
        ])
    func found(text: String) {
        #expect(scan(text) == .found("a"))
        #expect(scan(text, piece: 1) == .found("a"))
    }

    @Test(
        "a body without it is told apart",
        arguments: [
            ("", "empty"), ("  ", "empty"), ("{}", "missing"), (#"{"input":"x"}"#, "missing"),
            ("[]", "not a JSON object"),
            ("\"model\"", "not a JSON object"), ("model", "not a JSON object"),
            (#"{"model":1}"#, "not a string"),
            (#"{"model":null}"#, "not a string"), (#"{"model":{"a":1}}"#, "not a string"),
            (#"{"model":["a"]}"#, "not a string"), (#"{"model":"a"#, "ends within"),
            (#"{"input":"x""#, "ends within"),
            (#"{"model":"a\u0041"}"#, "not the name"), (#"{model:"a"}"#, "not a JSON object"),
            (#"{"model" "a"}"#, "not a JSON object"), (#"{"a":1 "model":"b"}"#, "not a JSON object"),
            ("{\"model\":\"" + String(repeating: "a", count: 300) + "\"}", "not the name"),
        ])
    func absent(text: String, cause: String) {
        for piece in [Int.max, 1] {
            guard case .absent(let said) = scan(text, piece: piece) else {
                Issue.record("\(text) gave \(scan(text, piece: piece))")
                return
            }
            #expect(said.contains(cause), "\(said)")
        }
    }

    @Test("on random documents it finds what a JSON parser finds, in pieces of any size")
    func randomDocuments() throws {
        var generator = SeededGenerator()
        for _ in 0..<2000 {
            var object = Self.object(depth: 3, &generator)
            let name = Self.text(&generator)
            let hasName = Bool.random(using: &generator)
            object["model"] = hasName ? name : nil
            let data = try JSONSerialization.data(withJSONObject: object)
            let text = String(decoding: data, as: UTF8.self)
            let outcome = scan(text, piece: Int.random(in: 1...20, using: &generator))
            let isPlain = !text.contains("\"model\":\"\(name)\"") ? false : !name.contains("\\")
            if hasName && isPlain {
                #expect(outcome == .found(name), "\(text) \(generator)")
            } else if !hasName {
                #expect(outcome == .absent("the field 'model' is missing"), "\(text) \(generator)")
            }
        }
    }

    private static func object(depth: Int, _ generator: inout SeededGenerator) -> [String: Any] {
        var object: [String: Any] = [:]
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            object[text(&generator)] = value(depth: depth, &generator)
        }
        return object
    }

    private static func value(depth: Int, _ generator: inout SeededGenerator) -> Any {
        switch Int.random(in: 0...(depth > 0 ? 5 : 3), using: &generator) {
        case 0: Int.random(in: -9...9, using: &generator)
        case 1: Bool.random(using: &generator)
        case 2: NSNull()
        case 3: text(&generator)
        case 4: (0..<3).map { _ in value(depth: depth - 1, &generator) }
        default: object(depth: depth - 1, &generator)
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let alphabet: [Character] = ["a", "b", "\"", "\\", "{", "}", "[", "]", ":", ",", "é", "model", "\n"]
            .flatMap {
                Array($0)
            }
        return String(
            (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator)!
            })
    }
}
