import FunctionTypes
import Testing

@testable import Worker

@Suite("Bodies of requests to a worker")
struct RequestBodyTests {
    private func invocation(_ text: String) throws(HearthError) -> InvocationRequest {
        try RequestBody.decode(
            InvocationRequest.self, from: Array(text.utf8), fields: InvocationRequest.fields)
    }

    @Test("inputs have four forms")
    func forms() throws {
        guard case .texts(["a"]) = try invocation(#"{"inputs":"a"}"#).inputs,
            case .texts(["a", "b"]) = try invocation(#"{"inputs":["a","b"]}"#).inputs,
            case .tokens([[101, 102]]) = try invocation(#"{"inputs":[101,102]}"#).inputs,
            case .tokens([[1], [2, 3]]) = try invocation(#"{"inputs":[[1],[2,3]],"truncate":false}"#).inputs
        else {
            Issue.record("a form was read as another")
            return
        }
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("", "no body"), ("{}", "'inputs' is missing"), ("nonsense", "not valid JSON"),
            (#"{"inputs":"a""#, "not valid JSON"),
            (#"{"inputs":{}}"#, "inputs"), (#"{"inputs":1}"#, "inputs"), (#"{"inputs":null}"#, "inputs"),
            (#"{"inputs":[1,"a"]}"#, "inputs"), (#"{"inputs":[1.5]}"#, "inputs"),
            (#"{"inputs":[3000000000]}"#, "inputs"),
            (#"{"inputs":"a","truncate":"no"}"#, "'truncate'"),
            (#"{"inputs":"a","inptus":1}"#, "'inptus' is unknown"),
            ("[]", "body"), ("\"a\"", "body"),
        ])
    func refusal(text: String, named: String) {
        let error = #expect(throws: HearthError.self) { try invocation(text) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(named) == true, "\(text): \(error?.message ?? "")")
    }

    @Test("bytes that are no UTF-8 and nesting without end are refused and do no harm")
    func hostile() {
        let bodies: [[UInt8]] = [
            Array(#"{"inputs":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8), [0xFF, 0xFE, 0x7B, 0],
            [0, 0x7B],
            Array(String(repeating: "[", count: 100_000).utf8),
            Array((#"{"inputs":"# + String(repeating: "[", count: 100_000)).utf8),
        ]
        for body in bodies {
            let error = #expect(throws: HearthError.self) {
                try RequestBody.decode(InvocationRequest.self, from: body, fields: InvocationRequest.fields)
            }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test("OpenAI's fields are read, and unknown ones refused")
    func openAI() throws {
        let text = #"{"model":"m","input":"a","encoding_format":"base64","dimensions":384,"user":"u"}"#
        let request = try RequestBody.decode(
            EmbeddingsRequest.self, from: Array(text.utf8), fields: EmbeddingsRequest.fields)
        #expect(request.encodingFormat == .base64 && request.dimensions == 384)
        for bad in [
            #"{"input":"a","encoding_format":"hex"}"#, #"{"input":"a","dimension":1}"#, #"{"model":"m"}"#,
        ] {
            #expect(throws: HearthError.self) {
                try RequestBody.decode(
                    EmbeddingsRequest.self, from: Array(bad.utf8), fields: EmbeddingsRequest.fields)
            }
        }
    }

    @Test("a batch is bounded, and nothing in it is empty of tokens")
    func bounds() throws {
        try EmbeddingInput.texts(Array(repeating: "", count: 2048)).checkBounds(field: "input")
        let bad: [EmbeddingInput] = [
            .texts([]), .tokens([]), .texts(Array(repeating: "", count: 2049)), .tokens([[1], []]),
        ]
        for input in bad {
            let error = #expect(throws: HearthError.self) { try input.checkBounds(field: "input") }
            #expect(error?.code == .invalidRequest)
        }
    }
}
