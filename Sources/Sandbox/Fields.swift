/// A message between host and starter: fields in their order, each a key and a value. On the wire `key=value`, joined by
/// zero bytes, which no argument, path or variable can contain.
struct Fields {
    private(set) var entries: [(key: String, value: String)] = []

    init() {}

    /// Reads a message.
    ///
    /// - Throws: ``MessageError`` where it is not of that form.
    init(_ bytes: [UInt8]) throws(MessageError) {
        for part in bytes.split(separator: 0, omittingEmptySubsequences: false) {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else {
                throw MessageError("a field has no key")
            }
            guard let value = String(validating: part[(equals + 1)...], as: UTF8.self) else {
                throw MessageError("a field is not UTF-8")
            }
            entries.append((String(decoding: part[..<equals], as: UTF8.self), value))
        }
    }

    mutating func add(_ key: String, _ value: some CustomStringConvertible) {
        entries.append((key, value.description))
    }

    mutating func add(_ key: String, each values: [String]) { for value in values { add(key, value) } }

    var bytes: [UInt8] { Array(entries.map { "\($0.key)=\($0.value)" }.joined(separator: "\0").utf8) }

    func all(_ key: String) -> [String] { entries.filter { $0.key == key }.map(\.value) }

    func optional(_ key: String) -> String? { entries.first { $0.key == key }?.value }

    func text(_ key: String) throws(MessageError) -> String {
        guard let value = optional(key) else { throw MessageError("the field \(key) is missing") }
        return value
    }

    func number<Number: FixedWidthInteger>(
        _ key: String, as type: Number.Type = Number.self
    ) throws(MessageError) -> Number {
        let text = try text(key)
        guard let number = Number(text) else { throw MessageError("\(key) is '\(text)', which is no number") }
        return number
    }

    func number(_ key: String, in range: ClosedRange<Int>) throws(MessageError) -> Int {
        let number = try number(key, as: Int.self)
        guard range.contains(number) else {
            throw MessageError("\(key) is \(number), and not in \(range.lowerBound)...\(range.upperBound)")
        }
        return number
    }
}

/// A message between host and starter that cannot be read.
public struct MessageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public let description: String

    init(_ description: String) { self.description = description }
}
