import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Workers that use up what they can get, that do not want to end, and that answer nonsense.
    @Suite(
        "Hostile load",
        .enabled(if: geteuid() == 0, "tenants have users of their own only where the host is started as root")
    )
    struct HostileLoadTests {
        @Test func whatIsUsedUpIsItsOwn() async throws {
            let target = try await HostileTarget()
            for attempt in [
                "fork-bomb 5000", "thread-bomb 5000", "eat-memory 4000", "fill-descriptors 100000",
                "fill-pipes 4000",
                "fill-memfd 4000", "fill-disk", "fill-names", "many-connections-to-self 200",
            ] {
                let report = try await target.attempt(attempt)
                #expect(report.outcome != "done", "\(attempt): \(report.detail)")
                try await target.expectVictimUnharmed(attempt)
            }
            try await target.expectNothingLeft("after all that was used up")
        }

        @Test func aWorkerBeyondItsMemoryEndsAndTheNextCallStartsAnother() async throws {
            let target = try await HostileTarget()
            // In the process itself: it is refused the memory, or it ends for it.
            let reply = try await target.reply(to: "eat-memory 4000 self")
            #expect([200, 502].contains(reply.status), "\(reply)")
            if reply.status == 200 {
                #expect(try reply.decoded(AttemptReport.self).outcome != "done", "\(reply)")
            }
            try await target.expectVictimUnharmed("eat-memory self")
            #expect(try await target.attempt("describe").outcome == "done")
        }

        @Test func aWorkerThatSpinsIsHeldToItsShareAndGoesWithItsStop() async throws {
            let target = try await HostileTarget()
            _ = try await target.attempt("spin-cpu 60 8")
            let share = try await Self.processorShare(of: target.processes(), for: .seconds(2))
            // One processor is allowed; half a one for the first moment before it is noticed.
            #expect(share < 1.6, "\(share) processors")
            try await target.expectVictimUnharmed("spin-cpu")
            try await target.expectNothingLeft("spin-cpu")
        }

        /// How many processors some processes kept busy, after a second in which they settle.
        private static func processorShare(of processes: [Int32], for duration: Duration) async throws
            -> Double
        {
            func ticks() -> Int {
                processes.reduce(0) { sum, process in
                    let fields =
                        text(of: "/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ")
                        ?? []
                    return sum + (fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0)
                }
            }
            try await Task.sleep(for: .seconds(1.5))
            let before = ticks()
            let began = ContinuousClock.now
            try await Task.sleep(for: duration)
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            return Double(ticks() - before) / Double(sysconf(CInt(_SC_CLK_TCK))) / seconds
        }

        @Test func aWorkerThatIgnoresSIGTERMIsKilled() async throws {
            let target = try await HostileTarget()
            _ = try await target.attempt("ignore-sigterm")
            try await target.expectNothingLeft("ignore-sigterm")
            #expect(try await target.attempt("describe").outcome == "done")
        }

        @Test(arguments: ["orphan 60", "outlive-host"])
        func whatItStartedEndsWithIt(attempt: String) async throws {
            let target = try await HostileTarget()
            _ = try await target.attempt(attempt)
            #expect(!target.processes().isEmpty)
            // The other is deaf to SIGTERM as well, which another test waits for.
            if attempt.hasPrefix("orphan") {
                try await target.expectNothingLeft("\(attempt), then stop")
                _ = try await target.attempt(attempt)
            }
            try await target.host.process.killNow()
            try await target.expectNobodyLeft("\(attempt), then the end of the host")
        }

        @Test func aFloodOfTheLogStaysWithinBounds() async throws {
            let target = try await HostileTarget()
            for attempt in ["fill-log 100000", "log-without-end 32"] {
                // The flood may have to wait for its reader, so nobody waits for the answer.
                try await target.hangUp(after: .seconds(2), attempt)
                try await target.expectVictimUnharmed(attempt)
            }
            let folder = "\(target.host.folder.state)/logs/attacker"
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let bytes = files.reduce(0) {
                $0 + ((try? Data(contentsOf: URL(filePath: "\(folder)/\($1)")).count) ?? 0)
            }
            #expect(bytes < 9 << 20, "\(bytes) bytes of logs")
            try await target.expectNothingLeft("a flood of the log")
        }

        @Test func aLogHasNoLineThatItsWorkerForged() async throws {
            let target = try await HostileTarget()
            _ = try await target.attempt("forge-log")
            func log() async throws -> String {
                try await target.host.succeed("logs", target.name, "--tenant", "attacker").output
            }
            try await eventually("the log") { try await log().contains("forged line") }
            for line in try await log().split(separator: "\n") {
                #expect(line.contains("worker-"), "\(line)")
                #expect(!line.hasPrefix("2020-01-01T00:00:00Z critical"), "\(line)")
                #expect(
                    line.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 || $0 == "\t" },
                    "\(line)")
            }
        }

        @Test func nonsenseHarmsNobodyElse() async throws {
            let target = try await HostileTarget(manifest: ["limits: { memory: 128MiB, timeout: 3s }"])
            for answer in HostileAnswer.all {
                let reply = try await target.end(of: answer.attempt)
                #expect(answer.explains(reply), "\(answer.attempt): \(reply.map(\.description) ?? "cut")")
                try await target.expectVictimUnharmed(answer.attempt)
                try await target.expectAttackerServes(answer.attempt)
            }
            try await target.expectNothingLeft("after all nonsense")
        }

        @Test func oneAnswerNeverBecomesPartOfAnother() async throws {
            let target = try await HostileTarget()
            for _ in 0..<20 {
                let reply = try await target.reply(to: "two-answers")
                #expect(reply.status == 200 && reply.text == "first", "\(reply)")
                try await target.expectAttackerServes("two-answers")
            }
        }

        @Test func whatTheHostSaysOfAnAnswerIsTheHostsOwn() async throws {
            let target = try await HostileTarget()
            let worker = try await target.attempt("describe")
            #expect(worker.outcome == "done")
            let revision = try await target.host.workers().first { $0.function == target.name }?.revision
            let reply = try await target.reply(to: "forged-headers")
            #expect(reply.status == 200 && reply.text == "ok", "\(reply)")
            for (name, value) in [("x-request-id", "forged"), ("hearth-revision", "forged")] {
                let values = reply.headers.filter { $0.name == name }.map(\.value)
                #expect(values.count == 1 && values != [value], "\(reply)")
            }
            #expect(reply.header("hearth-revision") == revision && reply.header("hearth-start") == "warm")
        }

        @Test func aLargeAnswerIsPassedOnAsItComes() async throws {
            let target = try await HostileTarget()
            let before = residentKilobytes(of: target.host.process.id)
            let reply = try await target.reply(to: "huge-answer 64")
            #expect(reply.isComplete && reply.body.count == 64 << 20)
            #expect(residentKilobytes(of: target.host.process.id) < before + 32 << 10)
        }

        @Test func aFileThatItLocksHoldsNobodyUp() async throws {
            let target = try await HostileTarget()
            #expect(try await target.attempt("lock-file").outcome == "done")
            try await target.host.succeed("rm", target.name, "--tenant", "attacker")
            try await target.expectNobodyLeft("lock-file")
            #expect(target.host.folder.codeFolders.count == 1, "the neighbour's is left")
        }

        @Test(arguments: ["close-3", "kill-all", "kill-parent 9", "notify STOPPING=1"])
        func whatItDoesToItselfIsItsOwn(attempt: String) async throws {
            let target = try await HostileTarget()
            // Whether there is an answer depends on who was in reach.
            _ = try await target.end(of: attempt)
            try await target.expectVictimUnharmed(attempt)
            try await target.expectNothingLeft(attempt)
            try await target.expectAttackerServes(attempt)
        }

        @Test func aCallRightAfterADeathIsCountedOnce() async throws {
            let target = try await HostileTarget()
            for _ in 0..<10 {
                #expect(try await target.reply(to: "crash").status == 502)
                try await target.expectAttackerServes("crash")
            }
            // A request that was counted twice would be in flight for ever, and a stop would wait for it.
            try await eventually("the end of all requests") {
                try await target.host.workers().allSatisfy { $0.inFlight == 0 }
            }
            try await target.expectNothingLeft("crashes")
        }

        @Test func anAnswerWithoutEndEndsWithItsClient() async throws {
            let target = try await HostileTarget()
            let before = residentKilobytes(of: target.host.process.id)
            for attempt in [
                "endless-answer", "drop-by-drop 5", "endless-head", "endless-provisional", "hang",
            ] {
                try await target.hangUp(after: .milliseconds(300), attempt)
                try await target.expectVictimUnharmed(attempt)
                try await eventually("the end of the request") {
                    try await target.host.workers().allSatisfy { $0.inFlight == 0 }
                }
            }
            #expect(residentKilobytes(of: target.host.process.id) < before + 32 << 10)
            try await target.expectNothingLeft("after answers without an end")
        }
    }
}
