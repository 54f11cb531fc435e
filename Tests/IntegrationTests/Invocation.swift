/// The native worker's answer to an invocation.
struct Invocation: Decodable {
    struct Usage: Decodable { var tokens: Int }

    var outputs: [[Float]]
    var function: String
    var revision: String
    var usage: Usage
    var truncated: [Int]
}
