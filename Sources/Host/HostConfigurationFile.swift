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
    /// See ``HostConfiguration/activation``.
    public var activation: String?
    /// See ``HostConfiguration/user``.
    public var user: String?
    /// See ``HostConfiguration/idleExit``.
    public var idleExit: String?
    /// See ``HostConfiguration/directories``.
    public var directories: [String]?

    /// Every key that a file may have.
    public static let keys = [
        "listen", "stateDir", "control", "worker", "activation", "user", "idleExit", "directories",
    ]

    /// Reads YAML: one mapping of the keys to strings, `directories` to a list of them.
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
            if name == "directories" {
                directories = try Self.texts(value, line)
                continue
            }
            guard let scalar = value.scalar, !scalar.string.isEmpty else {
                throw HearthError(
                    .invalidRequest, "The configuration key '\(name)'\(line) has no text as its value.")
            }
            switch name {
            case "listen": listen = scalar.string
            case "stateDir": stateDir = scalar.string
            case "control": control = scalar.string
            case "worker": worker = scalar.string
            case "activation": activation = scalar.string
            case "user": user = scalar.string
            case "idleExit": idleExit = scalar.string
            default:
                throw HearthError(
                    .invalidRequest, "The configuration key '\(name.prefix(80))'\(line) is unknown.",
                    remedy: "Known keys: \(Self.keys.joined(separator: ", ")).")
            }
        }
    }

    private static func texts(_ node: Node, _ line: String) throws(HearthError) -> [String] {
        guard let list = node.sequence, list.allSatisfy({ $0.scalar?.string.isEmpty == false }) else {
            throw HearthError(
                .invalidRequest, "The configuration key 'directories'\(line) is not a list of texts.",
                remedy: "Write it as [/usr, /opt].")
        }
        return list.compactMap { $0.scalar?.string }
    }
}
