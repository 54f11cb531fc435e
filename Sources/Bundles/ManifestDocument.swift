import FunctionTypes
import Yams

/// The one YAML document of a manifest, without anchors and aliases.
enum ManifestDocument {
    /// Parses the text.
    static func root(of text: String) throws(HearthError) -> Node {
        try ManifestTextBounds.check(text.utf8)
        do {
            let parser = try Parser(yaml: text)
            guard let root = try parser.nextRoot() else {
                throw ManifestReader.fault(
                    nil, "is empty", remedy: "Start with name: and runtime:; Manifest.md lists every key.")
            }
            if let second = try parser.nextRoot() {
                throw ManifestReader.fault(
                    second.mark?.line, "a second document starts here",
                    remedy: "Keep one document and no '---' line.")
            }
            // Nodes hold their anchors weakly, so the parser must live while they are looked for.
            try withExtendedLifetime(parser) { () throws(HearthError) in try refuseAnchors(in: root) }
            return root
        } catch let error as HearthError {
            throw error
        } catch let error as YamlError {
            throw fault(error)
        } catch {
            throw ManifestReader.fault(nil, "is not YAML: \(error)")
        }
    }

    /// Throws at the first node that has an anchor, before what is in it. An alias is the node of its anchor,
    /// so no alias is followed.
    private static func refuseAnchors(in node: Node) throws(HearthError) {
        guard node.anchor == nil else {
            throw ManifestReader.fault(
                node.mark?.line, "anchors (&) and aliases (*) are not taken here",
                remedy: "Write the value out.")
        }
        switch node {
        case .scalar, .alias: return
        case .sequence(let list): for element in list { try refuseAnchors(in: element) }
        case .mapping(let mapping):
            for (key, value) in mapping {
                try refuseAnchors(in: key)
                try refuseAnchors(in: value)
            }
        }
    }

    private static func fault(_ error: YamlError) -> HearthError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return ManifestReader.fault(mark.line, "is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let key = Spelling.shown(keys.first ?? "")
            return ManifestReader.fault(
                context.mark.line, "the key \(key) is there twice", remedy: "Keep one of the two.")
        case .reader(let problem, _, _, _): return ManifestReader.fault(nil, "is not YAML: \(problem)")
        default: return ManifestReader.fault(nil, "is not YAML: \(error)")
        }
    }
}
