import Foundation
import Testing

extension IntegrationTests {
    /// Workers that never come to serve.
    @Suite("Failed starts") struct FailedStartTests {
        @Test func aStartThatFailsIsToldAndRetriedAfterABackOff() async throws {
            let (host, program) = try await RunningHost.withFakeWorker("say the thing is missing\nexit 3")
            let first = try await host.call(.invoke("fake", "hello"))
            #expect(first.status == 503 && first.error?.code == "worker_start_failed", "\(first)")
            #expect(first.errorText.contains("exited with status 3"), "\(first)")
            #expect(first.header("retry-after") == "1")
            #expect(program.starts.count == 1)
            #expect(host.folder.logText.contains("the thing is missing"), "the host's log has the last words")
            for _ in 0..<5 {
                let second = try await host.call(.invoke("fake", "hello"))
                #expect(
                    second.status == 503 && second.errorText.contains("exited with status 3"), "\(second)")
            }
            #expect(program.starts.count == 1, "nothing is started during the back-off")
            try await eventually("another try") {
                _ = try await host.call(.invoke("fake", "hello"))
                return program.starts.count == 2
            }
            try program.follow("")
            try await eventually("a start that succeeds") {
                try await host.call(.invoke("fake", "hello")).status == 200
            }
            #expect(program.starts.count == 3)
        }

        @Test func everyoneWhoWaitedForAFailedStartIsTold() async throws {
            let (host, program) = try await RunningHost.withFakeWorker(
                "delay 300\nfail the weights are upside down")
            let replies = try await atOnce(10) { _ in try await host.call(.invoke("fake", "hello")) }
            for reply in replies {
                #expect(
                    reply.status == 503 && reply.errorText.contains("the weights are upside down"), "\(reply)"
                )
            }
            #expect(program.starts.count == 1)
            #expect(try await host.workers().isEmpty)
        }

        @Test func anEndBeforeReadinessIsAFailureEvenWithStatusZero() async throws {
            let (host, _) = try await RunningHost.withFakeWorker("exit 0")
            let reply = try await host.call(.invoke("fake", "hello"))
            #expect(reply.status == 503 && reply.errorText.contains("exited with status 0"), "\(reply)")
        }

        @Test func aProgramThatCannotBeExecutedIsNamed() async throws {
            let (host, program) = try await RunningHost.withFakeWorker()
            try FileManager.default.removeItem(atPath: program.path)
            try Data("not a program".utf8).write(to: URL(filePath: program.path))
            #expect(chmod(program.path, 0o700) == 0)
            let reply = try await host.call(.invoke("fake", "hello"))
            #expect(reply.status == 503 && reply.errorText.contains(program.path), "\(reply)")
            #expect(try await host.call(.get("/healthz")).status == 200)
        }

        @Test func aWorkerThatIsNeverReadyDelaysNobodyBeyondTheDeadline() async throws {
            let (host, program) = try await RunningHost.withFakeWorker(
                "silent", manifest: ["limits: { timeout: 400ms }"])
            for _ in 0..<2 {
                let reply = try await host.call(.invoke("fake", "hello"))
                #expect(reply.status == 504 && reply.error?.code == "deadline_exceeded", "\(reply)")
            }
            #expect(program.starts.count == 1, "the start goes on while its callers give up")
            #expect(try await host.workers().map(\.state) == ["starting"])
        }

        @Test func clientsThatHangUpDuringASlowStartLeaveNoTrace() async throws {
            let (host, program) = try await RunningHost.withFakeWorker("delay 800")
            try await onOwnThread { [place = host.place] in
                for _ in 0..<5 {
                    let connection = try RawConnection(place)
                    connection.send(HTTPCall.invoke("fake", "hello").bytes)
                    usleep(50_000)
                    connection.hangUp()
                }
            }
            #expect(try await host.workers().map(\.state) == ["starting"])
            try await eventually("the end of the start") { try await host.workers().first?.state == "ready" }
            #expect(try await host.workers().map(\.inFlight) == [0])
            #expect(try await host.workers().map(\.served) == [0], "nobody was left to be served")
            let next = try await host.call(.invoke("fake", "hello"))
            #expect(next.header("hearth-start") == "warm", "\(next)")
            #expect(try await host.workers().map(\.served) == [1])
            #expect(program.starts.count == 1)
        }

        @Test func aModelThatTheWorkerRefusesIsNotDeployed() async throws {
            let (host, program) = try await RunningHost.withFakeWorker()
            let bundle = try host.folder.writeBundle("bad", model: Array("another file".utf8))
            for (plan, mention) in [
                ("validate-fail the tensor is bent", "the tensor is bent"),
                ("validate-exit 9", "exited with status 9"),
            ] {
                try program.follow(plan)
                let result = try await host.run("deploy", bundle)
                #expect(result.status == 5 && result.errors.contains(mention), "\(result)")
            }
            #expect(try await host.functions().map(\.name) == ["fake"])
        }
    }
}
