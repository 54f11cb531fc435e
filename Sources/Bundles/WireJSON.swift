public import Foundation
import FunctionTypes

/// JSON between the command and the host: sorted keys, and no key that nobody reads.
public enum WireJSON {
    /// Reads a value.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`, naming the key and what was expected.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw HearthError(.invalidRequest, "The JSON body cannot be read: \(told(error)).")
        }
    }

    /// Writes a value.
    ///
    /// - Throws: `EncodingError` for a number that JSON cannot hold.
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    private static func told(_ error: DecodingError) -> String {
        func at(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return path.isEmpty ? "" : "at \(path.joined(separator: ".")): "
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(at(context))the key '\(key.stringValue)' is missing"
        case .typeMismatch(let type, let context): return "\(at(context))expected \(told(type))"
        case .valueNotFound(let type, let context): return "\(at(context))expected \(told(type)), found null"
        case .dataCorrupted(let context):
            // Foundation ends its sentence with a period, and this one goes on.
            let cause = context.debugDescription
            return at(context) + (cause.hasSuffix(".") ? String(cause.dropLast()) : cause)
        @unknown default: return "\(error)"
        }
    }

    private static func told(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Int.Type: "a whole number"
        case is Bool.Type: "true or false"
        case is [Any].Type: "a list"
        default: "an object"
        }
    }
}

extension Decoder {
    /// A container all of whose keys are known.
    func strictContainer<Key: CodingKey & CaseIterable>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        let known = Set(Key.allCases.map(\.stringValue))
        let names = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        if let unknown = names.first(where: { !known.contains($0) }) {
            let nearest =
                Spelling.nearest(to: unknown, among: known.sorted()).map { "; did you mean '\($0)'?" } ?? ""
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: codingPath,
                    debugDescription: "the key '\(Spelling.shown(unknown))' is unknown\(nearest)"))
        }
        return try container(keyedBy: type)
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}
