/// A body that a function must refuse.
struct MalformedBody: Sendable {
    let name: String
    let body: [UInt8]
    /// What the error's message must say, in any case of letters.
    let mentions: String
    var status = 400

    init(_ name: String, _ text: String, says mentions: String, status: Int = 400) {
        self.init(name, Array(text.utf8), says: mentions, status: status)
    }

    init(_ name: String, _ body: [UInt8], says mentions: String, status: Int = 400) {
        self.name = name
        self.body = body
        self.mentions = mentions
        self.status = status
    }
}

/// Bodies for the function `tiny`, a ``TinyModel`` with the usual number of positions.
enum MalformedBodies {
    private static let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)

    /// For the native route.
    static let invocations: [MalformedBody] = [
        MalformedBody("half an object", "{", says: "JSON"),
        MalformedBody("a word", "inputs", says: "JSON"),
        MalformedBody("something after the object", #"{"inputs":"a"}x"#, says: "JSON"),
        MalformedBody("two objects", #"{"inputs":"a"}{"inputs":"a"}"#, says: "JSON"),
        MalformedBody(
            "bytes that are not UTF-8", Array(#"{"inputs":"a"#.utf8) + [0xFF, 0xFE] + Array("\"}".utf8),
            says: "JSON"),
        MalformedBody("half a surrogate pair", #"{"inputs":"\ud800"}"#, says: "JSON"),
        MalformedBody("a raw line end in a text", "{\"inputs\":\"a\nb\"}", says: "JSON"),
        MalformedBody("a list", #"["a"]"#, says: "body"),
        MalformedBody("a text", #""a""#, says: "body"),
        MalformedBody("null", "null", says: "body"),
        MalformedBody("a number", "42", says: "body"),
        MalformedBody("no field", "{}", says: "'inputs' is missing"),
        MalformedBody("inputs of null", #"{"inputs":null}"#, says: "inputs"),
        MalformedBody("inputs of a truth", #"{"inputs":true}"#, says: "inputs"),
        MalformedBody("inputs of a number", #"{"inputs":5}"#, says: "inputs"),
        MalformedBody("inputs of an object", #"{"inputs":{"text":"a"}}"#, says: "inputs"),
        MalformedBody("fractions for ids", #"{"inputs":[1.5]}"#, says: "inputs"),
        MalformedBody("null among texts", #"{"inputs":["a",null]}"#, says: "inputs"),
        MalformedBody("texts and ids", #"{"inputs":["a",1]}"#, says: "inputs"),
        MalformedBody("texts and lists", #"{"inputs":[[1],"a"]}"#, says: "inputs"),
        MalformedBody("no input", #"{"inputs":[]}"#, says: "empty"),
        MalformedBody("an input without tokens", #"{"inputs":[[1],[]]}"#, says: "no token"),
        MalformedBody("an unknown field", #"{"inputs":"a","input":"a"}"#, says: "'input'"),
        MalformedBody("truncate of a text", #"{"inputs":"a","truncate":"yes"}"#, says: "truncate"),
        MalformedBody(
            "2,049 inputs",
            #"{"inputs":["# + [String](repeating: "\"a\"", count: 2049).joined(separator: ",") + "]}",
            says: "2048"),
        MalformedBody("a negative id", #"{"inputs":[2,-1,3]}"#, says: "-1"),
        MalformedBody("an id beyond the vocabulary", #"{"inputs":[2,10,3]}"#, says: "token 10"),
        MalformedBody("an id beyond 32 bits", #"{"inputs":[4294967296]}"#, says: "inputs"),
        MalformedBody("lists in lists", #"{"inputs":[[[1]]]}"#, says: "inputs"),
        MalformedBody("10,000 levels of lists", #"{"inputs":\#(deep)}"#, says: ""),
        MalformedBody("10,000 levels of objects", String(repeating: #"{"inputs":"#, count: 10_000), says: ""),
        MalformedBody(
            "a text too long to be whole",
            #"{"inputs":"\#(String(repeating: "the cat ", count: 40))","truncate":false}"#,
            says: "tokens"),
        MalformedBody(
            "ids too many to be whole", #"{"inputs":[2,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,3],"truncate":false}"#,
            says: "18"),
    ]

    /// For OpenAI's route.
    static let embeddings: [MalformedBody] = [
        MalformedBody("nothing", "", says: "empty"),
        MalformedBody("a list", "[]", says: "object"),
        MalformedBody("half an object", #"{"model":"#, says: "ends"),
        MalformedBody("no model", #"{"input":"a"}"#, says: "model"),
        MalformedBody("a model that is elsewhere", #"{"input":{"model":"tiny"}}"#, says: "model"),
        MalformedBody("an unknown model", #"{"model":"ghost","input":"a"}"#, says: "ghost", status: 404),
        MalformedBody("a model of a number", #"{"model":5,"input":"a"}"#, says: "not a string"),
        MalformedBody("a model of null", #"{"model":null,"input":"a"}"#, says: "not a string"),
        MalformedBody("a model of a list", #"{"model":["tiny"],"input":"a"}"#, says: "not a string"),
        MalformedBody("a model of spaces", #"{"model":"ti ny","input":"a"}"#, says: "name"),
        MalformedBody("an escaped model", #"{"model":"t\u0069ny","input":"a"}"#, says: "model"),
        MalformedBody(
            "a long model", #"{"model":"\#(String(repeating: "a", count: 100_000))","input":"a"}"#,
            says: "model"),
        MalformedBody("a way up for a model", #"{"model":"../tiny","input":"a"}"#, says: "name"),
        MalformedBody("no input", #"{"model":"tiny"}"#, says: "'input' is missing"),
        MalformedBody("input of null", #"{"model":"tiny","input":null}"#, says: "input"),
        MalformedBody("an empty list", #"{"model":"tiny","input":[]}"#, says: "empty"),
        MalformedBody("other dimensions", #"{"model":"tiny","input":"a","dimensions":31}"#, says: "32"),
        MalformedBody(
            "dimensions of a text", #"{"model":"tiny","input":"a","dimensions":"32"}"#, says: "dimensions"),
        MalformedBody(
            "an unknown encoding", #"{"model":"tiny","input":"a","encoding_format":"hex"}"#,
            says: "encoding_format"),
        MalformedBody(
            "an encoding of a number", #"{"model":"tiny","input":"a","encoding_format":1}"#,
            says: "encoding_format"),
        MalformedBody(
            "a field of the other route", #"{"model":"tiny","input":"a","inputs":"a"}"#, says: "'inputs'"),
        MalformedBody("something after the object", #"{"model":"tiny","input":"a"}}"#, says: "JSON"),
        MalformedBody(
            "bytes that are not UTF-8",
            Array(#"{"model":"tiny","input":""#.utf8) + [0xC3, 0x28] + Array("\"}".utf8), says: "JSON"),
        MalformedBody("10,000 levels of lists", #"{"model":"tiny","input":\#(deep)}"#, says: ""),
        MalformedBody(
            "a model after 4 MiB", #"{"input":"\#(String(repeating: "a", count: 5 << 20))","model":"tiny"}"#,
            says: "model", status: 413),
        MalformedBody(
            "more than the limit", #"{"model":"tiny","input":"\#(String(repeating: "a", count: 5 << 20))"}"#,
            says: "bytes", status: 413),
    ]
}
