import FunctionTypes
import Testing

@testable import Worker

/// Bodies of requests, right and wrong; errors say which field and why.
struct RequestBodyTests {
    private func invocation(_ text: String) throws(HearthError) -> InvocationRequest {
        try RequestBody.decode(
            InvocationRequest.self, from: Array(text.utf8), fields: InvocationRequest.fields)
    }

    private func embeddings(_ bytes: [UInt8]) throws(HearthError) -> EmbeddingsRequest {
        try RequestBody.decode(EmbeddingsRequest.self, from: bytes, fields: EmbeddingsRequest.fields)
    }

    private func embeddings(_ text: String) throws(HearthError) -> EmbeddingsRequest {
        try embeddings(Array(text.utf8))
    }

    @Test func everyFieldIsRead() throws {
        let native = try invocation(#"{"inputs": ["a", "b"], "truncate": false}"#)
        #expect(native.truncate == false)
        #expect(native.inputs.count == 2)
        #expect(try invocation(#" {"inputs":"a"} "#).truncate == nil)
        let openAI = try embeddings(
            #"{"input":"a","model":"m","encoding_format":"base64","dimensions":384,"user":"u","truncate":true}"#
        )
        #expect(openAI.encodingFormat == .base64)
        #expect(openAI.dimensions == 384)
        #expect(openAI.truncate == true)
        #expect(try embeddings(#"{"input":"a","encoding_format":"float"}"#).encodingFormat == .float)
        #expect(try embeddings(#"{"input":"a","encoding_format":null,"dimensions":null}"#).dimensions == nil)
    }

    @Test(
        "a field of another type is named",
        arguments: [
            (
                "input",
                [
                    "1", "1.5", "true", "null", "{}", "[true]", "[null]", "[\"a\",1]", "[1,\"a\"]",
                    "[1.5]", "[[\"a\"]]", "[[[1]]]", "[3000000000]", "[1,[2]]", "{\"a\":\"b\"}",
                ]
            ),
            ("encoding_format", ["1", "\"hex\"", "\"Float\"", "[]", "{}", "true", "\"\""]),
            ("dimensions", ["\"384\"", "1.5", "[]", "{}", "true", "1e400", "99999999999999999999"]),
            ("truncate", ["1", "0", "\"true\"", "[]", "{}", "\"NONE\""]),
        ] as [(String, [String])])
    func wrongTypes(field: String, values: [String]) {
        for value in values {
            let rest = field == "input" ? "" : #""input":"a","#
            let error = #expect(throws: HearthError.self, "\(field): \(value)") {
                try embeddings("{\(rest)\"\(field)\":\(value)}")
            }
            #expect(error?.code == .invalidRequest)
            #expect(error?.message.contains("'\(field)") == true, "\(value): \(error?.message ?? "")")
        }
    }

    @Test func aMissingFieldIsNamed() {
        #expect(
            throws: HearthError(
                .invalidRequest, "The request's body is not usable: the field 'inputs' is missing.")
        ) {
            try invocation("{}")
        }
        let error = #expect(throws: HearthError.self) { try embeddings(#"{"model":"m"}"#) }
        #expect(error?.message.contains("'input'") == true)
    }

    @Test(
        "an unknown field is named, with those that are known",
        arguments: ["input", "inputss", "INPUTS", "", "model", "a\\nb", "truncate "])
    func unknownFields(field: String) {
        let error = #expect(throws: HearthError.self) { try invocation("{\"inputs\":\"a\",\"\(field)\":1}") }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("unknown") == true)
        #expect(error?.remedy?.contains("inputs, truncate") == true)
    }

    @Test func aLongUnknownFieldIsShortened() {
        let error = #expect(throws: HearthError.self) {
            try invocation("{\"inputs\":\"a\",\"\(String(repeating: "x", count: 100_000))\":1}")
        }
        #expect((error?.message.utf8.count ?? .max) < 200)
    }

    @Test(
        "what is no JSON object is refused",
        arguments: [
            "", " ", "{", "}", "{]", "[", "[]", "null", "1", "\"text\"", "{\"inputs\":\"a\"",
            "{\"inputs\":\"a\"}}",
            "{\"inputs\":\"a\"} x", "{'inputs':'a'}", "{inputs:\"a\"}",
            "{\"inputs\" \"a\"}",
            "{\"inputs\":\"\\x\"}", "{\"inputs\":\"\\ud800\"}", "{\"inputs\":\"\u{1}\"}", "{\"inputs\":01}",
            "{\"inputs\":NaN}", "\u{FEFF}{", "// {}\n{\"inputs\":\"a\"}",
        ])
    func noJSON(text: String) {
        let error = #expect(throws: HearthError.self, "\(text)") { try invocation(text) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.hasSuffix(".") == true)
    }

    @Test(
        "messages are free of the words of the language that this is written in",
        arguments: [
            "[]", "1", "{\"inputs\":1}", "{\"inputs\":\"a\",\"truncate\":1}", "null", "{\"inputs\":null}",
        ])
    func plainWords(text: String) {
        let error = #expect(throws: HearthError.self) { try invocation(text) }
        for word in ["Dictionary<", "Array<", "Optional", "Swift", "Decod", "codingPath", "Any"] {
            #expect(error?.message.contains(word) == false, "\(error?.message ?? "")")
        }
    }

    @Test(
        "bytes that are no UTF-8 are refused",
        arguments: [
            [0xFF], [0xC3, 0x28], [0xE2, 0x82], [0xF0, 0x28, 0x8C, 0xBC], [0xC0, 0xAF], [0xED, 0xA0, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func badText(bytes: [UInt8]) {
        let body = Array(#"{"input":""#.utf8) + bytes + Array(#""}"#.utf8)
        let error = #expect(throws: HearthError.self) { try embeddings(body) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func otherEncodingsOfTextAreRefused() {
        let text = #"{"input":"a"}"#
        let wide: [UInt8] = text.utf16.flatMap { unit -> [UInt8] in [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        let wider: [UInt8] = text.utf8.flatMap { byte -> [UInt8] in [byte, 0, 0, 0] }
        for body in [wide, [0xFF, 0xFE] + wide, wider] {
            #expect(throws: HearthError.self) { try embeddings(body) }
        }
    }

    @Test(
        "a deep nest is refused, not followed",
        arguments: [
            ("[", "]", "input"), ("{\"a\":", "}", "input"), ("[", "]", "user"), ("{\"a\":", "}", "user"),
            ("[{\"a\":", "}]", "model"), ("[", "", "input"), ("{\"a\":", "", "user"),
        ])
    func deepNests(open: String, close: String, field: String) {
        for depth in [1000, 200_000] {
            let nest = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            let error = #expect(throws: HearthError.self) {
                try embeddings("{\"\(field)\":\(nest),\"input\":\"a\"}")
            }
            #expect(error?.code == .invalidRequest)
        }
    }
}
