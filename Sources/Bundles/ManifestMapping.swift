import FunctionTypes
import Yams

/// A mapping of a manifest whose keys were checked: reads typed values and, in errors, tells line, path, what
/// was expected and what was found.
struct ManifestMapping {
    private let values: [String: Node]
    private let lines: [String: Int]
    private let path: String
    private let line: Int?

    /// Checks that the node is a plain mapping whose keys are all known and each there once.
    init(_ node: Node, path: String, keys: [String]) throws(HearthError) {
        let found = try ScalarFound(node)
        guard case .mapping = found, let mapping = node.mapping else {
            let subject = path.isEmpty ? "the document" : path
            throw ManifestReader.fault(
                node.mark?.line, "\(subject): expected a mapping of keys to values, found \(found)",
                remedy: keys.isEmpty ? nil : "Its keys are \(keys.joined(separator: ", ")).")
        }
        var values: [String: Node] = [:]
        var lines: [String: Int] = [:]
        for (keyNode, value) in mapping {
            guard case .scalar(let scalar) = keyNode else {
                throw ManifestReader.fault(keyNode.mark?.line, "a key is not a plain word")
            }
            let key = scalar.string
            guard keys.contains(key) else {
                throw Self.unknown(key, keyNode.mark?.line, path: path, keys: keys)
            }
            guard values.updateValue(value, forKey: key) == nil else {
                throw ManifestReader.fault(
                    keyNode.mark?.line, "the key \(Self.join(path, key)) is there twice",
                    remedy: "Keep one of the two.")
            }
            lines[key] = keyNode.mark?.line
        }
        self.values = values
        self.lines = lines
        self.path = path
        line = node.mark?.line
    }

    /// A mapping within this one.
    func mapping(_ key: String, keys: [String]) throws(HearthError) -> ManifestMapping? {
        guard let node = values[key] else { return nil }
        return try ManifestMapping(node, path: Self.join(path, key), keys: keys)
    }

    /// A text, parsed further; an error while parsing is told with line and key.
    func text<Value>(_ key: String, _ parse: (String) throws(HearthError) -> Value) throws(HearthError)
        -> Value?
    {
        guard let node = values[key] else { return nil }
        let found = try ScalarFound(node)
        guard case .text(let text) = found else { throw unexpected(key, "a text", found) }
        return try told(key) { () throws(HearthError) in try parse(text) }
    }

    /// As ``text(_:_:)``, for a key that must be there.
    func required<Value>(
        _ key: String, example: String, _ parse: (String) throws(HearthError) -> Value
    ) throws(HearthError) -> Value {
        guard let value = try text(key, parse) else {
            throw ManifestReader.fault(
                line, "the key \(Self.join(path, key)) is missing", remedy: "Add it, such as \(example)")
        }
        return value
    }

    /// A quantity: a text or a plain number, parsed from what is written.
    func quantity<Value>(
        _ key: String, expected: String, _ parse: (String) throws(HearthError) -> Value
    ) throws(HearthError) -> Value? {
        guard let node = values[key] else { return nil }
        let found = try ScalarFound(node)
        switch found {
        case .text(let text), .integer(let text):
            return try told(key) { () throws(HearthError) in try parse(text) }
        default: throw unexpected(key, expected, found)
        }
    }

    /// A whole number in plain decimal digits.
    func integer(_ key: String) throws(HearthError) -> Int? {
        guard let node = values[key] else { return nil }
        let found = try ScalarFound(node)
        guard case .integer(let text) = found else { throw unexpected(key, "a whole number", found) }
        guard let value = Int(text), String(value) == text else {
            throw unexpected(key, "a whole number in plain decimal digits", found)
        }
        return value
    }

    /// A list of texts, each parsed further; an error while parsing is told with its line and position.
    func list<Value>(
        _ key: String, _ parse: (String) throws(HearthError) -> Value
    ) throws(HearthError) -> [Value]? {
        guard let node = values[key] else { return nil }
        let found = try ScalarFound(node)
        guard case .list = found, let list = node.sequence else {
            throw unexpected(key, "a list of texts", found)
        }
        var values: [Value] = []
        for (position, element) in list.enumerated() {
            let found = try ScalarFound(element)
            let place = "\(key)[\(position)]"
            guard case .text(let text) = found else {
                throw ManifestReader.fault(
                    element.mark?.line, "\(Self.join(path, place)): expected a text, found \(found)",
                    remedy: "Write it in quotes.")
            }
            values.append(
                try told(place, line: element.mark?.line) { () throws(HearthError) in try parse(text) })
        }
        return values
    }

    private func told<Value>(
        _ key: String, line: Int? = nil, _ body: () throws(HearthError) -> Value
    ) throws(HearthError) -> Value {
        do {
            return try body()
        } catch {
            let cause = error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message
            throw ManifestReader.fault(
                line ?? lines[key], "\(Self.join(path, key)): \(cause)", remedy: error.remedy)
        }
    }

    private func unexpected(_ key: String, _ expected: String, _ found: ScalarFound) -> HearthError {
        ManifestReader.fault(
            lines[key], "\(Self.join(path, key)): expected \(expected), found \(found)",
            remedy: expected == "a text" && found.isScalar ? "Write it in quotes." : nil)
    }

    private static func unknown(_ key: String, _ line: Int?, path: String, keys: [String]) -> HearthError {
        let nearest =
            Spelling.nearest(to: key, among: keys).map { join(path, $0) } ?? ManifestKey.elsewhere(key)
        let list = "The keys here are \(keys.joined(separator: ", "))."
        return ManifestReader.fault(
            line, "the key \(join(path, Spelling.shown(key))) is unknown",
            remedy: nearest.map { "Did you mean \($0)? \(list)" } ?? list)
    }

    private static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }
}
