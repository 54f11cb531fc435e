import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// The host dies at any instant of a deploy. What was acknowledged is there; what was not is there whole
    /// or not at all.
    @Suite("Kill the host") struct KillTheHostTests {
        private static let rounds = 200

        @Test func everyAcknowledgedDeploySurvives() async throws {
            var generator = SeededGenerator()
            let folder = try HostFolder()
            let (bundles, duration) = try await KnownBundle.make(6, variants: 3, in: folder)
            var state = DeployedState()
            var acknowledged = 0
            var unfinished = 0
            var host = try await RunningHost(in: folder)
            for round in 1...Self.rounds {
                let changes = Self.changes(bundles, state, &generator)
                let fraction = Double.random(in: 0.2...2.2, using: &generator)
                let outcomes = try await Self.kill(host, during: changes, after: duration * fraction)
                acknowledged += outcomes.count { $0 }
                unfinished += outcomes.count { !$0 }
                host = try await RunningHost(in: folder)
                #expect(folder.sockets.isEmpty, "round \(round); \(generator)")
                let listed = try await host.functions()
                state = try #require(
                    Self.reconcile(state, changes, outcomes, with: listed),
                    "round \(round): \(changes) \(outcomes) made \(state) into \(listed); \(generator)")
                try await Self.verify(
                    host, state, bundles, calling: changes.map(\.name), "round \(round); \(generator)")
            }
            // Kills that all came too early or too late would prove nothing.
            #expect(acknowledged > Self.rounds / 10 && unfinished > Self.rounds / 10, "\(generator)")
            try await Self.verify(
                host, state, bundles, calling: Array(state.functions.keys), "at the end; \(generator)")
            #expect(try await host.shutDown() == .exited(0))
            try await Self.expectNamedByContent(folder)
        }

        /// Every blob's name is the digest of its bytes.
        private static func expectNamedByContent(_ folder: HostFolder) async throws {
            let script = "cd \"$0\" && find . -type f | xargs sha256sum"
            let sums = folder.path("sums")
            let command = ["/bin/sh", "-c", script, "\(folder.state)/blobs/sha256"]
            let process = try SpawnedProcess(
                command, in: folder, output: sums, errors: folder.path("sums.errors"))
            #expect(try await process.end() == .exited(0))
            let lines = text(of: sums).split(separator: "\n")
            #expect(lines.count == folder.blobs.count)
            #expect(lines.allSatisfy { $0.hasSuffix($0.prefix(64)) }, "\(lines)")
        }

        /// One or two changes of different functions; mostly deploys.
        private static func changes(
            _ bundles: [KnownBundle], _ state: DeployedState, _ generator: inout SeededGenerator
        ) -> [DeployedState.Change] {
            var changes: [DeployedState.Change] = []
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                guard let bundle = bundles.randomElement(using: &generator) else { continue }
                guard !changes.contains(where: { $0.name == bundle.name }) else { continue }
                let isRemoval =
                    state.functions[bundle.name] != nil && Int.random(in: 0..<8, using: &generator) == 0
                changes.append(isRemoval ? .remove(bundle.name) : .deploy(bundle))
            }
            return changes
        }

        /// Sends the changes, and kills the host a while later.
        ///
        /// - Returns: for each change whether it was acknowledged.
        private static func kill(
            _ host: RunningHost, during changes: [DeployedState.Change], after delay: Duration
        ) async throws -> [Bool] {
            async let results = atOnce(changes.count) { index in
                try await hearth(changes[index].arguments + ["--control", host.folder.control])
            }
            try await Task.sleep(for: delay)
            try await host.process.killNow()
            return try await results.map { $0.status == 0 }
        }

        /// The state after the changes: those acknowledged were made, of the others each was made or not.
        private static func reconcile(
            _ state: DeployedState, _ changes: [DeployedState.Change], _ outcomes: [Bool],
            with listed: [FunctionStatus]
        ) -> DeployedState? {
            var candidates = [state]
            for (change, isAcknowledged) in zip(changes, outcomes) {
                let changed = candidates.map { candidate in
                    var candidate = candidate
                    candidate.apply(change)
                    return candidate
                }
                candidates = isAcknowledged ? changed : candidates + changed
            }
            return candidates.first { $0.agrees(with: listed) }
        }

        /// Nothing is left over, and the functions named serve their live revision, one of them also an older
        /// one.
        private static func verify(
            _ host: RunningHost, _ state: DeployedState, _ bundles: [KnownBundle], calling names: [String],
            _ hint: String
        ) async throws {
            #expect(host.folder.incoming.isEmpty, "\(hint)")
            let revisions = state.functions.values.reduce(into: Set<String>()) { $0.formUnion($1.revisions) }
            let needed = Set(bundles.filter { revisions.contains($0.revision) }.map(\.blob))
            try #require(host.folder.blobs == needed, "\(hint)")
            for name in names {
                guard let function = state.functions[name] else {
                    let reply = try await host.call(.invoke(name, #"{"inputs":"the cat"}"#))
                    try #require(reply.status == 404, "\(name): \(reply); \(hint)")
                    continue
                }
                let old = function.revisions.subtracting([function.live]).prefix(1).map { "\(name)@\($0)" }
                for reference in [name] + old {
                    let reply = try await host.call(.invoke(reference, #"{"inputs":"the cat"}"#))
                    try #require(reply.status == 200, "\(reference): \(reply); \(hint)")
                    let revision =
                        reference == name ? function.live : String(reference.dropFirst(name.count + 1))
                    try #require(
                        reply.header("hearth-revision") == revision, "\(reference): \(reply); \(hint)")
                }
            }
        }
    }
}
