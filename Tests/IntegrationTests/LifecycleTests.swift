import Foundation
import Testing

extension IntegrationTests {
    /// A worker from zero to ready and back to zero.
    @Suite("Lifecycle") struct LifecycleTests {
        private let text = #"{"inputs":"the cat sat"}"#

        @Test func theFirstRequestStartsAWorkerAndTheSecondFindsItReady() async throws {
            let host = try await RunningHost.withTinyModel()
            #expect(try await host.workers().isEmpty)
            let first = try await host.call(.invoke("tiny", text))
            #expect(first.status == 200, "\(first)")
            #expect(first.header("hearth-start") == "cold")
            let process = try #require(try await host.workers().first?.pid)
            let second = try await host.call(.invoke("tiny", text))
            #expect(second.header("hearth-start") == "warm")
            #expect(try await host.workers().map(\.pid) == [process])
            let revision = try #require(first.header("hearth-revision"))
            #expect(try await host.functions().map(\.revision) == [revision])
            #expect(try first.decoded(Invocation.self).outputs == second.decoded(Invocation.self).outputs)
        }

        @Test func twentyFirstRequestsAtOnceStartOneWorker() async throws {
            let (host, program) = try await RunningHost.withFakeWorker("delay 300")
            let replies = try await atOnce(20) { _ in try await host.call(.invoke("fake", "hello")) }
            #expect(replies.map(\.status) == [Int](repeating: 200, count: 20))
            #expect(replies.allSatisfy { $0.header("hearth-start") == "cold" })
            #expect(program.starts.count == 1)
            let answers = try replies.map { try $0.decoded(FakeAnswer.self).pid }
            #expect(Set(answers) == Set(program.starts))
        }

        @Test func anIdleWorkerStopsAfterKeepAliveAndTheNextCallStartsAnother() async throws {
            let host = try await RunningHost.withTinyModel(["scaling: { keepAlive: 1s }"])
            _ = try await host.call(.invoke("tiny", text))
            let process = try #require(try await host.workers().first?.pid)
            try await host.awaitNoWorkers()
            #expect(!isAlive(process))
            let next = try await host.call(.invoke("tiny", text))
            #expect(next.status == 200 && next.header("hearth-start") == "cold", "\(next)")
            #expect(try await host.workers().first?.pid != process)
        }

        @Test func aWorkerStaysWhileItIsCalledMoreOftenThanKeepAlive() async throws {
            let host = try await RunningHost.withTinyModel(["scaling: { keepAlive: 2s }"])
            var processes: Set<Int32?> = []
            for _ in 0..<8 {
                #expect(try await host.call(.invoke("tiny", text)).status == 200)
                processes.formUnion(try await host.workers().map(\.pid))
                try await Task.sleep(for: .milliseconds(500))
            }
            #expect(processes.count == 1)
        }

        @Test func stopTakesAFunctionToZeroNow() async throws {
            let host = try await RunningHost.withTinyModel()
            _ = try await host.call(.invoke("tiny", text))
            let process = try #require(try await host.workers().first?.pid)
            try await host.succeed("stop", "tiny")
            #expect(!isAlive(process))
            #expect(try await host.workers().isEmpty)
            #expect(try await host.call(.invoke("tiny", text)).header("hearth-start") == "cold")
        }

        @Test func stopLetsARequestInFlightFinish() async throws {
            let (host, _) = try await RunningHost.withFakeWorker()
            async let slow = host.call(.invoke("fake", "sleep 700"))
            try await eventually("a request in flight") { try await host.workers().first?.inFlight == 1 }
            try await host.succeed("stop", "fake")
            #expect(try await slow.status == 200)
            #expect(try await host.workers().isEmpty)
        }

        @Test func aMinimumOfOneWorkerIsStartedBeforeAnybodyCalls() async throws {
            let host = try await RunningHost.withTinyModel(["scaling: { min: 1, keepAlive: 1s }"])
            try await eventually("a worker before any call") {
                try await host.workers().first?.state == "ready"
            }
            #expect(try await host.call(.invoke("tiny", text)).header("hearth-start") == "warm")
        }

        @Test func moreRequestsThanConcurrencyWaitTheirTurn() async throws {
            let (host, program) = try await RunningHost.withFakeWorker(
                "", manifest: ["scaling: { concurrency: 2 }"])
            let replies = try await atOnce(8) { _ in try await host.call(.invoke("fake", "sleep 50")) }
            #expect(replies.map(\.status) == [Int](repeating: 200, count: 8))
            #expect(program.starts.count == 1)
            #expect(try await host.workers().first?.served == 8)
        }
    }
}

extension RunningHost {
    /// A host with one function, `tiny`, of the native worker.
    static func withTinyModel(_ lines: [String] = []) async throws -> RunningHost {
        let folder = try HostFolder()
        let host = try await RunningHost(in: folder)
        try await host.deploy(folder.writeBundle("tiny", model: TinyModel(seed: 1).bytes, manifest: lines))
        return host
    }
}
