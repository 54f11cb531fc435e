import FunctionTypes
import Yams

/// What a YAML node is, as far as a manifest cares, and as a message tells it.
enum ScalarFound: CustomStringConvertible {
    case text(String)
    case integer(String)
    case other(String)
    case list
    case mapping

    /// - Throws: ``HearthError`` where the node has an explicit tag of its own.
    init(_ node: Node) throws(HearthError) {
        let tag = node.tag.rawValue
        switch node {
        case .mapping where tag == Tag.Name.map.rawValue: self = .mapping
        case .sequence where tag == Tag.Name.seq.rawValue: self = .list
        case .scalar(let scalar):
            switch tag {
            case Tag.Name.str.rawValue: self = .text(scalar.string)
            case Tag.Name.int.rawValue: self = .integer(scalar.string)
            case Tag.Name.null.rawValue: self = .other("nothing")
            case Tag.Name.bool.rawValue: self = .other("the boolean \(Spelling.shown(scalar.string))")
            case Tag.Name.float.rawValue: self = .other("the number \(Spelling.shown(scalar.string))")
            case Tag.Name.timestamp.rawValue: self = .other("the date \(Spelling.shown(scalar.string))")
            default: throw Self.tagged(node)
            }
        default: throw Self.tagged(node)
        }
    }

    /// True for a value that quotes would turn into a text.
    var isScalar: Bool {
        switch self {
        case .text, .integer, .other: true
        case .list, .mapping: false
        }
    }

    var description: String {
        switch self {
        case .text(let text): "the text '\(Spelling.shown(text))'"
        case .integer(let text): "the number \(Spelling.shown(text))"
        case .other(let description): description
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    private static func tagged(_ node: Node) -> HearthError {
        ManifestReader.fault(
            node.mark?.line, "the tag \(Spelling.shown(node.tag.rawValue)) is not taken here",
            remedy: "Write the value without a tag.")
    }
}
