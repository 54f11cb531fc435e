import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Workers that fail while they serve.
    @Suite("Worker failures") struct WorkerFailureTests {
        @Test func aWorkerThatDiesBeforeItAnswersGives502AndItsLastWordsAreLogged() async throws {
            let (host, program) = try await RunningHost.withFakeWorker()
            let reply = try await host.call(.invoke("fake", "die"))
            #expect(reply.status == 502 && reply.error?.code == "worker_died", "\(reply)")
            #expect(reply.errorText.contains("fake") && reply.header("x-request-id") != nil, "\(reply)")
            let dead = try #require(program.starts.first)
            try await eventually("the report of the death") {
                host.folder.logText.contains("the last words of \(dead)")
                    && host.folder.logText.contains("signal 9")
            }
            #expect(try await host.run("logs", "fake").output.contains("the last words of \(dead)"))
            let next = try await host.call(.invoke("fake", "hello"))
            #expect(next.status == 200 && next.header("hearth-start") == "cold", "\(next)")
            #expect(program.starts.count == 2)
        }

        @Test(arguments: ["die-after-head", "die-in-chunk"])
        func aWorkerThatDiesWithinItsAnswerGivesABrokenTransfer(order: String) async throws {
            let (host, _) = try await RunningHost.withFakeWorker()
            let reply = try await host.call(.invoke("fake", order))
            #expect(reply.status == 200 && !reply.isComplete, "\(reply)")
            #expect(reply.text == "only a beginning")
            #expect(try await host.call(.invoke("fake", "hello")).status == 200)
        }

        @Test func oneDeathFailsOnlyTheRequestsOfThatWorker() async throws {
            let (host, _) = try await RunningHost.withFakeWorker()
            async let doomed = atOnce(3) { _ in try await host.call(.invoke("fake", "sleep 3000")) }
            try await eventually("three requests in flight") { try await host.workers().first?.inFlight == 3 }
            let process = try #require(try await host.workers().first?.pid)
            kill(process, SIGKILL)
            #expect(try await doomed.map(\.status) == [502, 502, 502])
            #expect(try await host.call(.invoke("fake", "hello")).status == 200)
            #expect(try await host.workers().map(\.inFlight) == [0])
        }

        @Test func killsAtRandomInstantsLeaveNoRequestWithoutAnAnswer() async throws {
            let (host, _) = try await RunningHost.withFakeWorker(
                "", manifest: ["scaling: { concurrency: 4 }"])
            _ = try await host.call(.invoke("fake", "hello"))
            var generator = SeededGenerator()
            let pauses = (0..<12).map { _ in Int.random(in: 0...60, using: &generator) }
            async let kills = {
                var killed: Set<Int32> = []
                for pause in pauses {
                    try await Task.sleep(for: .milliseconds(pause))
                    guard let process = try await host.workers().first?.pid else { continue }
                    kill(process, SIGKILL)
                    killed.insert(process)
                }
                return killed.count
            }()
            let replies = try await atOnce(30) { index in
                try await Task.sleep(for: .milliseconds(20 * index))
                return try await host.call(.invoke("fake", "sleep \(index % 5 * 10)"), patience: .seconds(20))
            }
            #expect(try await kills > 0, "\(generator)")
            #expect(
                replies.allSatisfy { [200, 502, 503].contains($0.status) && $0.isComplete }, "\(generator)")
            try await eventually("a good answer after the storm") {
                try await host.call(.invoke("fake", "hello")).status == 200
            }
            try await eventually("the end of all requests") {
                try await host.workers().allSatisfy { $0.inFlight == 0 }
            }
        }

        @Test func aRequestThatTakesTooLongGets504() async throws {
            let (host, program) = try await RunningHost.withFakeWorker(
                "", manifest: ["limits: { timeout: 300ms }"])
            let reply = try await host.call(.invoke("fake", "sleep 2000"))
            #expect(reply.status == 504 && reply.error?.code == "deadline_exceeded", "\(reply)")
            #expect(reply.errorText.contains("limits.timeout"), "\(reply)")
            #expect(try await host.workers().map(\.inFlight) == [0])
            #expect(try await host.call(.invoke("fake", "hello")).status == 200)
            #expect(program.starts.count == 1, "a slow answer is no reason to end the worker")
        }

        @Test func aClientThatHangsUpFreesItsPlace() async throws {
            let (host, _) = try await RunningHost.withFakeWorker(
                "", manifest: ["scaling: { concurrency: 1 }"])
            try await onOwnThread { [place = host.place] in
                let connection = try RawConnection(place)
                connection.send(HTTPCall.invoke("fake", "hang").bytes)
                usleep(300_000)
                connection.hangUp()
            }
            try await eventually("the freed place") { try await host.workers().map(\.inFlight) == [0] }
            #expect(try await host.call(.invoke("fake", "hello")).status == 200)
        }

        @Test func aFloodOfLogLinesIsBounded() async throws {
            let (host, _) = try await RunningHost.withFakeWorker("flood 160000")
            let before = residentKilobytes(of: host.process.id)
            let reply = try await host.call(.invoke("fake", "hello"), patience: .seconds(60))
            #expect(reply.status == 200, "\(reply)")
            #expect(try await host.succeed("logs", "fake", "--lines", "1").output.contains("of 160000"))
            let sizes = try host.folder.logFiles()
            #expect(sizes.count <= 2 && sizes.allSatisfy { $0 <= 5 << 20 }, "\(sizes)")
            #expect(residentKilobytes(of: host.process.id) < before + 32 << 10)
        }

        @Test func aLargeAnswerPassesWhole() async throws {
            let (host, _) = try await RunningHost.withFakeWorker()
            let before = residentKilobytes(of: host.process.id)
            let reply = try await host.call(.invoke("fake", "large 50000000"))
            #expect(reply.isComplete && reply.body.count == 50_000_000)
            #expect(
                residentKilobytes(of: host.process.id) < before + 32 << 10,
                "an answer is passed on as it comes")
        }

        @Test func aWorkerDeafToSIGTERMIsKilled() async throws {
            // Both take the ten seconds that a worker is given, so they do at the same time.
            async let stopped: Void = stopDeaf()
            async let ended: Void = endHostOfDeaf()
            _ = try await (stopped, ended)
        }

        private func stopDeaf() async throws {
            let (host, program) = try await RunningHost.withFakeWorker("deaf")
            _ = try await host.call(.invoke("fake", "hello"))
            async let stop = host.succeed("stop", "fake")
            try await eventually("the worker's refusal to stop") {
                try await host.run("logs", "fake").output.contains("SIGTERM is ignored")
            }
            #expect(try await host.workers().map(\.state) == ["stopping"])
            let process = try #require(program.starts.first)
            #expect(isAlive(process), "it is given some time")
            let meanwhile = try await host.call(.invoke("fake", "hello"))
            #expect(try meanwhile.status == 200 && meanwhile.decoded(FakeAnswer.self).pid != process)
            _ = try await stop
            #expect(!isAlive(process))
            #expect(host.folder.logText.contains("signal 9"))
        }

        private func endHostOfDeaf() async throws {
            let (host, program) = try await RunningHost.withFakeWorker("deaf")
            _ = try await host.call(.invoke("fake", "hello"))
            #expect(try await host.shutDown(within: .seconds(30)) == .exited(0))
            #expect(program.starts.count == 1 && !isAlive(program.starts[0]))
            #expect(host.folder.sockets.isEmpty)
        }
    }
}

/// What of a process is in memory.
func residentKilobytes(of process: Int32) -> Int {
    text(of: "/proc/\(process)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
}

extension HostFolder {
    /// The sizes of the log files of the tenant `default`.
    func logFiles() throws -> [Int] {
        try names(in: "logs/default").map { name in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(state)/logs/default/\(name)")
            return attributes[.size] as? Int ?? 0
        }
    }
}
