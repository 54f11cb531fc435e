import Activation
import ArgumentParser

/// Ways of starting workers, as the command line lists them: `direct,systemd`.
struct ActivationList: Sendable {
    /// Not empty, each once, in the order that was asked for.
    let kinds: [ActivationKind]

    /// - Throws: `ValidationError`.
    init(argument: String) throws {
        let names = argument.split(separator: ",", omittingEmptySubsequences: false)
        var kinds: [ActivationKind] = []
        for name in names {
            guard let kind = ActivationKind(rawValue: String(name)) else {
                throw ValidationError("'\(name)' is not among \(Self.names).")
            }
            guard !kinds.contains(kind) else { throw ValidationError("'\(name)' is there twice.") }
            kinds.append(kind)
        }
        self.kinds = kinds
    }

    /// All there are.
    static let names = ActivationKind.allCases.map(\.rawValue).joined(separator: ", ")
}
