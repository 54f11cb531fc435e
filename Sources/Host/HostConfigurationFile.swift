public import FunctionTypes
import Yams

/// The keys of a configuration file; nil where the file has none.
public struct HostConfigurationFile: Hashable, Sendable {
    /// See ``HostConfiguration/listen``.
    public var listen: String?
    /// See ``HostConfiguration/stateFolder``.
    public var stateDir: String?
    /// See ``HostConfiguration/control``.
    public var control: String?
    /// See ``HostConfiguration/worker``.
    public var worker: String?

    /// Every key that a file may have.
    public static let keys = ["listen", "stateDir", "control", "worker"]

    /// Reads YAML: one mapping of the keys to strings.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`, naming the key and its line.
    public init(yaml: String) throws(HearthError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch {
            throw HearthError(.invalidRequest, "The configuration is not valid YAML: \(error).")
        }
        // A document without content is a file that says nothing.
        guard let node, node.scalar?.string != "" else { return }
        guard let mapping = node.mapping else {
            throw HearthError(.invalidRequest, "The configuration is not a mapping of keys to values.")
        }
        for (key, value) in mapping {
            let name = key.string ?? "?"
            let line = key.mark.map { " (line \($0.line))" } ?? ""
            guard let scalar = value.scalar, !scalar.string.isEmpty else {
                throw HearthError(
                    .invalidRequest, "The configuration key '\(name)'\(line) has no text as its value.")
            }
            switch name {
            case "listen": listen = scalar.string
            case "stateDir": stateDir = scalar.string
            case "control": control = scalar.string
            case "worker": worker = scalar.string
            default:
                throw HearthError(
                    .invalidRequest, "The configuration key '\(name.prefix(80))'\(line) is unknown.",
                    remedy: "Known keys: \(Self.keys.joined(separator: ", ")).")
            }
        }
    }
}
