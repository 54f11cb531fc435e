import Foundation
import Testing

extension IntegrationTests {
    /// Workers that are killed while they are called.
    @Suite("Worker death") struct WorkerDeathTests {
        @Test func aThousandRequestsAreAnsweredWhileTheirWorkerIsKilledAgainAndAgain() async throws {
            let host = try await RunningHost.withTinyModel(["limits: { timeout: 20s }"])
            let end = ContinuousClock.now + .seconds(60)
            let killer = Task {
                var kills = 0
                while !Task.isCancelled, ContinuousClock.now < end {
                    try? await Task.sleep(for: .milliseconds(60))
                    for worker in (try? await host.workers()) ?? [] where worker.state == "ready" {
                        if let pid = worker.pid, kill(pid, SIGKILL) == 0 { kills += 1 }
                    }
                }
                return kills
            }
            let counts = try await atOnce(8) { _ in
                var statuses: [Int: Int] = [:]
                for _ in 0..<125 {
                    // It throws where nothing comes at all.
                    let reply = try await host.call(
                        .invoke("tiny", #"{"inputs":"the cat"}"#), patience: .seconds(30))
                    statuses[reply.status, default: 0] += 1
                    // Whoever is told to come again does so a little later.
                    if reply.status == 503 {
                        #expect(reply.header("retry-after") != nil, "\(reply)")
                        try await Task.sleep(for: .milliseconds(100))
                    }
                }
                return statuses
            }
            killer.cancel()
            let kills = await killer.value
            let all = counts.reduce(into: [Int: Int]()) { $0.merge($1) { $0 + $1 } }
            #expect(Set(all.keys).isSubset(of: [200, 502, 503]), "\(all)")
            #expect(all.values.reduce(0, +) == 1000 && all[200, default: 0] > 100, "\(all)")
            #expect(kills > 5, "\(kills) kills")
            try await eventually("an answer when nobody kills any more") {
                try await host.call(.invoke("tiny", #"{"inputs":"the cat"}"#)).status == 200
            }
            try await eventually("the end of all requests") {
                try await host.workers().allSatisfy { $0.inFlight == 0 }
            }
            try await host.succeed("stop", "tiny")
            #expect(try await host.workers().isEmpty && host.folder.sockets.isEmpty)
        }
    }
}
