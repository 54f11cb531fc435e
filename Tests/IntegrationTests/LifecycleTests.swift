import Foundation
import Testing

extension IntegrationTests {
    @Suite("Lifecycle") struct LifecycleTests {
        private func tinyHost(_ lines: [String] = []) async throws -> RunningHost {
            let folder = try HostFolder()
            let host = try await RunningHost(in: folder)
            try await host.deploy(folder.writeBundle("tiny", model: TinyModel(seed: 1).bytes, manifest: lines))
            return host
        }

        @Test func theFirstRequestStartsAWorkerAndTheSecondFindsItReady() async throws {
            let host = try await tinyHost()
            #expect(try await host.workers().isEmpty)
            let first = try await host.call(.invoke("tiny", #"{"inputs":"the cat sat"}"#))
            #expect(first.status == 200, "\(first)")
            #expect(first.header("hearth-start") == "cold")
            let process = try #require(try await host.workers().first?.pid)
            let second = try await host.call(.invoke("tiny", #"{"inputs":"the cat sat"}"#))
            #expect(second.header("hearth-start") == "warm")
            #expect(try await host.workers().map(\.pid) == [process])
            let revision = try #require(first.header("hearth-revision"))
            #expect(try await host.functions().map(\.revision) == [revision])
            #expect(try first.decoded(Invocation.self).outputs == second.decoded(Invocation.self).outputs)
        }
    }
}
