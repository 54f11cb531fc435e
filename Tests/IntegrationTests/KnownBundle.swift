import Foundation

/// A bundle on disk and what a host makes of it, learnt on another host: the same bundle is the same revision
/// anywhere.
struct KnownBundle: Sendable {
    var name: String
    var folder: String
    var revision: String
    /// The digest of its model, which no other bundle has.
    var blob: String

    /// Writes bundles of functions in several variants, and has a host name their revisions.
    ///
    /// - Returns: the bundles, and how long a deploy takes.
    static func make(
        _ names: Int, variants: Int, in folder: HostFolder
    ) async throws -> (bundles: [KnownBundle], duration: Duration) {
        let host = try await RunningHost(in: HostFolder())
        var bundles: [KnownBundle] = []
        let began = ContinuousClock.now
        for variant in 0..<variants {
            for number in 0..<names {
                let name = "function-\(number)"
                var model = TinyModel(seed: UInt64(1000 * variant + number))
                // Some take longer to send and to store.
                if variant == 0 { model.gguf.addPadding(byteCount: 4 << 20) }
                let place = try folder.writeBundle(name, model: model.bytes, in: "bundles/\(name)-\(variant)")
                let before = host.folder.blobs
                let deployed = try await host.deploy(place)
                guard let blob = host.folder.blobs.subtracting(before).first else {
                    throw CommandFailed(
                        command: ["deploy", place],
                        result: CommandResult(ending: .exited(0), output: "no blob was added", errors: ""))
                }
                bundles.append(
                    KnownBundle(name: name, folder: place, revision: deployed.revision, blob: blob))
            }
        }
        return (bundles, (ContinuousClock.now - began) / bundles.count)
    }
}

/// What must be deployed, by everything that was acknowledged.
struct DeployedState: Equatable {
    struct Function: Equatable {
        var live: String
        var revisions: Set<String>
    }

    var functions: [String: Function] = [:]

    /// A change of one function that a client asked for.
    enum Change {
        case deploy(KnownBundle)
        case remove(String)

        var name: String {
            switch self {
            case .deploy(let bundle): bundle.name
            case .remove(let name): name
            }
        }

        /// What `hearth` is told.
        var arguments: [String] {
            switch self {
            case .deploy(let bundle): ["deploy", bundle.folder]
            case .remove(let name): ["rm", name]
            }
        }
    }

    mutating func apply(_ change: Change) {
        switch change {
        case .deploy(let bundle):
            let revisions = functions[bundle.name]?.revisions ?? []
            functions[bundle.name] = Function(
                live: bundle.revision, revisions: revisions.union([bundle.revision]))
        case .remove(let name):
            functions[name] = nil
        }
    }

    /// What a list shows of this state: live revision and number of revisions by name.
    func agrees(with listed: [FunctionStatus]) -> Bool {
        listed.count == functions.count
            && listed.allSatisfy {
                functions[$0.name]?.live == $0.revision && functions[$0.name]?.revisions.count == $0.revisions
            }
    }
}
