import FunctionTypes
import Testing

@testable import Scheduling

/// Workers that do not start, die, or say what nobody expects.
struct FailureTests {
    @Test func aFailedStartRefusesAllWhoWaitWithTheCause() throws {
        let story = Timeline()
        _ = story.at(0, .arrives(1))
        _ = story.at(0, .arrives(2))
        #expect(
            story.at(1, .exits(1, "the model file is cut off"))
                == ["refuse 1 worker_start_failed", "refuse 2 worker_start_failed"])
        for error in story.errors {
            #expect(error.message.contains("the model file is cut off"))
            let delay = try #require(error.retryAfter)
            #expect((Duration.milliseconds(400)...Duration.milliseconds(600)).contains(delay))
        }
    }

    @Test func aFailedStartBlocksTheNextOneForAWhile() throws {
        let story = Timeline()
        _ = story.at(0, .arrives(1))
        _ = story.at(1, .exits(1, "no memory"))
        let delay = try #require(story.errors.first?.retryAfter)
        #expect(story.at(1.1, .arrives(2)) == ["refuse 2 worker_start_failed"])
        let rest = try #require(story.errors.first?.retryAfter)
        #expect(abs((delay - rest) / .milliseconds(100) - 1) < 1e-6)
        #expect(story.errors.first?.message.contains("no memory") == true)
        #expect(story.at(1.1, .prestarts()) == [])
        #expect(story.at(1.7, .arrives(3)) == ["start 2 a1"])
        #expect(story.at(1.8, .ready(2)) == ["dispatch 3 to 2 cold"])
    }

    @Test func delaysGrowUntilAStartSucceeds() throws {
        let story = Timeline()
        var now = 0.0
        var worker: UInt64 = 0
        /// Lets the next start fail; returns the delay in seconds.
        func fail() throws -> Double {
            worker += 1
            #expect(story.at(now, .arrives(worker)) == ["start \(worker) a1"])
            _ = story.at(now, .exits(worker))
            let delay = try #require(story.errors.first?.retryAfter) / .seconds(1)
            now += delay + 0.001
            return delay
        }
        for expected in [0.5, 1, 2, 4] {
            let delay = try fail()
            #expect(delay >= expected * 0.8 && delay <= expected * 1.2)
        }
        worker += 1
        _ = story.at(now, .arrives(worker))
        _ = story.at(now, .ready(worker))
        _ = story.at(now, .ends(worker))
        _ = story.at(now, .exits(worker))
        let delay = try fail()
        #expect(delay <= 0.6, "a success forgets the failures before it")
    }

    @Test func aWorkerThatDoesNotGetReadyIsKilled() {
        let story = Timeline()
        _ = story.at(0, .arrives(1, .sample(), .sample(timeout: 300)))
        #expect(story.nextDeadline == 60)
        #expect(story.at(59.9, .deadlineReached) == [])
        #expect(story.at(60, .deadlineReached) == ["kill 1", "refuse 1 worker_start_failed"])
        #expect(story.errors.first?.message.contains("not ready within") == true)
        #expect(story.at(60.1, .ready(1)) == [], "it was given up")
        #expect(story.at(60.2, .exits(1)) == [])
        #expect(story.at(62, .arrives(2)) == ["start 2 a1"])
    }

    @Test func aCrashLosesOnlyWhatWasInFlight() {
        let story = Timeline()
        let settings = RevisionSettings.sample(concurrency: 1)
        for request in 1...3 as ClosedRange<UInt64> {
            _ = story.at(0, .arrives(request, .sample(), settings))
        }
        _ = story.at(1, .ready(1))
        #expect(story.at(2, .exits(1, "its process was ended by signal 9 (Killed)")) == ["start 2 a1"])
        #expect(story.at(2, .ends(1)) == [], "whoever carries its bytes answers it")
        #expect(story.at(3, .ready(2)) == ["dispatch 2 to 2 cold"])
        #expect(story.scheduler.worker(WorkerID(2))?.inFlight == 1)
        #expect(story.at(4, .ends(2)) == ["dispatch 3 to 2 cold"])
    }

    @Test func aCrashOfAnIdleWorkerLeavesNothing() {
        let story = Timeline()
        _ = story.at(0, .prestarts())
        _ = story.at(1, .ready(1))
        #expect(story.at(2, .exits(1)) == [])
        #expect(story.remembered == [0, 0, 0])
        #expect(
            story.at(3, .arrives(1)) == ["start 2 a1"], "a worker that served before is started again at once"
        )
    }

    @Test func aCrashWhileDrainingStartsNothing() {
        let story = Timeline()
        _ = story.at(0, .arrives(1))
        _ = story.at(1, .ready(1))
        _ = story.at(2, .stops())
        #expect(story.at(3, .exits(1)) == [])
        #expect(story.at(3, .ends(1)) == [])
        #expect(story.remembered == [0, 0, 0])
    }

    @Test func onlyTheFirstReadyCounts() {
        let story = Timeline()
        _ = story.at(0, .arrives(1, .sample(), .sample(concurrency: 1)))
        _ = story.at(1, .ready(1))
        #expect(story.at(2, .ready(1)) == [])
        let worker = story.scheduler.worker(WorkerID(1))
        #expect(worker?.readyAt == Instant.zero + .seconds(1))
        #expect(worker?.inFlight == 1)
        #expect(worker?.state == .ready(idleSince: nil))
    }

    @Test func readyFromAStoppingWorkerIsNotHeard() {
        let story = Timeline()
        _ = story.at(0, .prestarts())
        #expect(story.at(1, .stops()) == ["stop 1"])
        #expect(story.at(2, .ready(1)) == [])
        #expect(story.at(3, .arrives(1)) == ["start 2 a1"])
        #expect(story.at(4, .ready(1)) == [])
    }

    @Test func strangersAreNotHeard() {
        let story = Timeline()
        #expect(story.at(0, .ready(7)) == [])
        #expect(story.at(0, .exits(7)) == [])
        #expect(story.at(0, .ends(7)) == [])
        #expect(story.at(0, .deadlineReached) == [])
        #expect(story.remembered == [0, 0, 0])
        #expect(story.nextDeadline == nil)
    }

    @Test func aFailureIsForgottenInTheEnd() {
        let story = Timeline()
        _ = story.at(0, .arrives(1))
        _ = story.at(1, .exits(1))
        #expect(story.remembered == [1, 0, 0])
        while story.nextEffects(until: 3600) != nil {}
        #expect(story.remembered == [0, 0, 0], "a revision that nobody calls costs nothing")
    }

    @Test func aPrestartIsOneStartAndServesTheNextRequestWarm() {
        let story = Timeline()
        #expect(story.at(0, .prestarts()) == ["start 1 a1"])
        #expect(story.at(0, .prestarts()) == [])
        #expect(story.at(1, .ready(1)) == [])
        #expect(story.at(1, .prestarts()) == [])
        #expect(story.at(2, .arrives(1)) == ["dispatch 1 to 1 warm"])
    }

    @Test func theSameSeedGivesTheSameDelays() throws {
        func delay(_ seed: UInt64) -> Duration? {
            let story = Timeline(jitterSeed: seed)
            _ = story.at(0, .arrives(1))
            _ = story.at(0, .exits(1))
            return story.errors.first?.retryAfter
        }
        #expect(delay(1) == delay(1))
        #expect(
            Set((1...20).compactMap { delay($0) }).count > 10, "things that failed together come back apart")
    }
}
