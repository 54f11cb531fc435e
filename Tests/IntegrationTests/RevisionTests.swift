import Foundation
import Synchronization
import Testing

extension IntegrationTests {
    /// Redeploying, going back, removing, and naming one revision among several.
    @Suite("Revisions") struct RevisionTests {
        private let text = #"{"inputs":"the cat sat"}"#

        @Test func aRedeploySwitchesWhileRequestsRunAndLosesNone() async throws {
            let host = try await RunningHost.withTinyModel()
            let old = try #require(try await host.functions().first?.revision)
            let isOver = Atomic(false)
            async let load = atOnce(4) { _ in
                var replies: [(status: Int, revision: String?)] = []
                while !isOver.load(ordering: .relaxed) {
                    let reply = try await host.call(.invoke("tiny", #"{"inputs":"a cat"}"#))
                    replies.append((reply.status, reply.header("hearth-revision")))
                }
                return replies
            }
            try await Task.sleep(for: .milliseconds(200))
            let bundle = try host.folder.writeBundle(
                "tiny", model: TinyModel(seed: 1).bytes, manifest: ["limits: { timeout: 20s }"])
            let deployed = try await host.deploy(bundle)
            #expect(deployed.changed && !deployed.created && deployed.previous == old)
            try await Task.sleep(for: .milliseconds(300))
            isOver.store(true, ordering: .relaxed)
            for replies in try await load {
                #expect(replies.allSatisfy { $0.status == 200 })
                // Once a client has seen the new revision, it never sees the old one again.
                let revisions = replies.map(\.revision)
                let switchedAt = revisions.firstIndex(of: deployed.revision) ?? revisions.endIndex
                #expect(revisions[..<switchedAt].allSatisfy { $0 == old })
                #expect(revisions[switchedAt...].allSatisfy { $0 == deployed.revision })
                #expect(switchedAt > 0 && switchedAt < revisions.endIndex)
            }
            try await eventually("the end of the old revision's worker") {
                try await host.workers().map(\.revision) == [deployed.revision]
            }
        }

        @Test func deployingTheSameBundleAgainChangesNothing() async throws {
            let host = try await RunningHost.withTinyModel()
            let again = try await host.deploy(host.folder.path("bundles/tiny"))
            #expect(!again.changed && !again.created)
            #expect(try await host.functions().map(\.revisions) == [1])
        }

        @Test func rollbackMakesTheRevisionBeforeLive() async throws {
            let host = try await RunningHost.withTinyModel()
            let none = try await host.run("rollback", "tiny")
            #expect(none.status == 1, "\(none)")
            let first = try await host.call(.invoke("tiny", text))
            let second = try await host.deploy(
                host.folder.writeBundle("tiny", model: TinyModel(seed: 2).bytes))
            let changed = try await host.call(.invoke("tiny", text))
            #expect(changed.header("hearth-revision") == second.revision)
            let back: DeployLine = try await host.succeed("rollback", "tiny", "--json").decoded()
            #expect(back.revision == second.previous && back.changed)
            let last = try await host.call(.invoke("tiny", text))
            #expect(last.header("hearth-revision") == first.header("hearth-revision"))
            let vectors = try [first, changed, last].map { try $0.decoded(Invocation.self).outputs }
            #expect(vectors[0] == vectors[2] && vectors[0] != vectors[1])
        }

        @Test func aReferenceNamesAnAliasOrTheStartOfADigest() async throws {
            let host = try await RunningHost.withTinyModel()
            let old = try #require(try await host.functions().first?.revision)
            let new = try await host.deploy(host.folder.writeBundle("tiny", model: TinyModel(seed: 2).bytes))
                .revision
            for (reference, revision) in [
                ("tiny", new), ("tiny@live", new), ("tiny@\(new)", new), ("tiny@\(old.prefix(8))", old),
                ("tiny@sha256:\(old)", old),
            ] {
                let reply = try await host.call(.invoke(reference, text))
                #expect(reply.header("hearth-revision") == revision, "\(reference): \(reply)")
                let body = #"{"model":"\#(reference)","input":"the cat"}"#
                let embedding = try await host.call(.post("/v1/embeddings", body))
                #expect(embedding.header("hearth-revision") == revision, "\(reference): \(embedding)")
            }
            for reference in ["tiny@canary", "tiny@00000000", "tiny@\(String(repeating: "0", count: 64))"] {
                let reply = try await host.call(.invoke(reference, text))
                #expect(reply.status == 404, "\(reference): \(reply)")
            }
        }

        @Test func removingAFunctionDeletesWhatNothingElseNeeds() async throws {
            let host = try await RunningHost.withTinyModel()
            let folder = host.folder
            let shared = folder.blobs
            #expect(shared.count == 1)
            try await host.deploy(folder.writeBundle("twin", model: TinyModel(seed: 1).bytes))
            try await host.deploy(folder.writeBundle("other", model: TinyModel(seed: 2).bytes))
            #expect(folder.blobs.count == 2)
            _ = try await host.call(.invoke("tiny", text))
            let process = try #require(try await host.workers().first?.pid)
            try await host.succeed("rm", "other")
            try await host.succeed("rm", "tiny")
            #expect(folder.blobs == shared, "the twin needs it")
            #expect(try await host.call(.invoke("tiny", text)).status == 404)
            #expect(try await host.call(.invoke("twin", text)).status == 200)
            try await eventually("the end of the removed function's worker") { !isAlive(process) }
            try await host.succeed("rm", "twin")
            #expect(folder.blobs.isEmpty)
            #expect(try await host.functions().isEmpty)
            #expect(try await host.run("rm", "tiny").status == 3)
        }

        @Test func aRemovedFunctionCanBeDeployedAgain() async throws {
            let host = try await RunningHost.withTinyModel()
            let revision = try #require(try await host.functions().first?.revision)
            try await host.succeed("rm", "tiny")
            let again = try await host.deploy(host.folder.path("bundles/tiny"))
            #expect(again.created && again.revision == revision)
            #expect(try await host.call(.invoke("tiny", text)).status == 200)
        }

        @Test func onlyFilesThatTheHostLacksAreSent() async throws {
            let host = try await RunningHost.withTinyModel()
            let blob = try #require(host.folder.blobs.first)
            let body = #"{"digests":["sha256:\#(blob)","sha256:\#(String(repeating: "0", count: 64))"]}"#
            let reply = try await host.control(.post("/control/v1/blobs/missing", body))
            #expect(
                reply.text.contains(String(repeating: "0", count: 64)) && !reply.text.contains(blob),
                "\(reply)")
        }
    }
}
