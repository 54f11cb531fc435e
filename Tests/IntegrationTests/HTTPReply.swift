import Foundation

/// An answer as it came over the wire.
struct HTTPReply: Sendable, CustomStringConvertible {
    var status: Int
    /// Names in lower case, in order.
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    /// Whether the body is there to its end, as the head announced it.
    var isComplete: Bool

    /// The first header of that name.
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The parts of the error that the body tells: message and remedy in one.
    var errorText: String { (error?.message ?? "") + " " + (error?.remedy ?? "") }

    /// The error that the body tells, in either of its shapes.
    var error: ErrorBody? { (try? decoded(ErrorAnswer.self))?.error }

    var description: String { "\(status) \(headers.map { "\($0.name): \($0.value)" }) \(text.prefix(400))" }

    func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body))
    }
}

/// The host's error answer.
struct ErrorAnswer: Decodable { var error: ErrorBody }

/// An error in Hearth's shape, or in OpenAI's.
struct ErrorBody: Decodable {
    var code: String
    var message: String
    var remedy: String?
    var type: String?
    var param: String?
}
