import FunctionTypes
import Testing

@testable import Scheduling

/// Requests from their arrival to a worker or to an error.
struct AdmissionTests {
    @Test func aFirstRequestStartsAWorkerAndWaitsForIt() {
        let story = Timeline()
        #expect(story.at(0, .arrives(1)) == ["start 1 a1"])
        #expect(story.scheduler.queueLengths == [.sample(): 1])
        #expect(story.at(0.4, .ready(1)) == ["dispatch 1 to 1 cold"])
        #expect(story.at(0.5, .ends(1)) == [])
        #expect(story.at(0.6, .arrives(2)) == ["dispatch 2 to 1 warm"])
        #expect(story.scheduler.worker(WorkerID(1))?.served == 2)
    }

    @Test func requestsDuringAStartShareOneWorker() {
        let story = Timeline()
        #expect(story.at(0, .arrives(1)) == ["start 1 a1"])
        #expect(story.at(0, .arrives(2)) == [])
        #expect(story.at(0.1, .arrives(3)) == [])
        #expect(
            story.at(0.4, .ready(1)) == [
                "dispatch 1 to 1 cold", "dispatch 2 to 1 cold", "dispatch 3 to 1 cold",
            ])
    }

    @Test func aWorkerHasNoMoreThanItsConcurrencyAndTheQueueKeepsItsOrder() {
        let story = Timeline()
        let settings = RevisionSettings.sample(concurrency: 2)
        for request in 1...4 as ClosedRange<UInt64> {
            _ = story.at(0, .arrives(request, .sample(), settings))
        }
        #expect(story.at(1, .ready(1)) == ["dispatch 1 to 1 cold", "dispatch 2 to 1 cold"])
        #expect(story.at(2, .arrives(5, .sample(), settings)) == [])
        #expect(story.at(3, .ends(2)) == ["dispatch 3 to 1 cold"])
        #expect(story.at(4, .ends(1)) == ["dispatch 4 to 1 cold"])
        // It waited for a turn, not for a start.
        #expect(story.at(5, .ends(3)) == ["dispatch 5 to 1 warm"])
        #expect(story.scheduler.worker(WorkerID(1))?.inFlight == 2)
    }

    @Test func aFullQueueRefusesOneMore() {
        let story = Timeline()
        let settings = RevisionSettings.sample(concurrency: 1, queueBound: 2)
        _ = story.at(0, .arrives(1, .sample(), settings))
        _ = story.at(0, .arrives(2, .sample(), settings))
        #expect(story.at(0, .arrives(3, .sample(), settings)) == ["refuse 3 no_capacity"])
        #expect(story.errors.first?.retryAfter != nil)
        #expect(story.at(1, .ready(1)) == ["dispatch 1 to 1 cold"])
        #expect(story.at(2, .arrives(4, .sample(), settings)) == [])
        #expect(story.at(3, .arrives(5, .sample(), settings)) == ["refuse 5 no_capacity"])
        #expect(story.at(4, .ends(1)) == ["dispatch 2 to 1 cold"])
    }

    @Test func aQueueOfNoneStillUsesAFreeWorker() {
        let story = Timeline()
        let settings = RevisionSettings.sample(concurrency: 1, queueBound: 0)
        #expect(story.at(0, .prestarts(.sample(), settings)) == ["start 1 a1"])
        #expect(story.at(1, .ready(1)) == [])
        #expect(story.at(2, .arrives(1, .sample(), settings)) == ["dispatch 1 to 1 warm"])
        #expect(story.at(3, .arrives(2, .sample(), settings)) == ["refuse 2 no_capacity"])
    }

    @Test func whoWaitsTooLongIsRefused() {
        let story = Timeline()
        _ = story.at(0, .arrives(1))
        _ = story.at(10, .arrives(2))
        #expect(story.nextDeadline == 30)
        #expect(story.at(29.9, .deadlineReached) == [])
        #expect(story.at(30, .deadlineReached) == ["refuse 1 deadline_exceeded"])
        #expect(story.errors.first?.message.contains("'a'") == true)
        #expect(story.nextDeadline == 40)
        #expect(story.at(35, .ready(1)) == ["dispatch 2 to 1 cold"])
        // The deadline was for waiting; whoever has a worker is the gateway's to time.
        #expect(story.at(40, .deadlineReached) == [])
        #expect(story.at(41, .ends(1)) == [])
        #expect(story.at(42, .ends(2)) == [])
    }

    @Test func whoLeavesTheQueueIsForgotten() {
        let story = Timeline()
        _ = story.at(0, .arrives(1))
        _ = story.at(0, .arrives(2))
        #expect(story.at(0.1, .ends(1)) == [])
        #expect(story.at(0.4, .ready(1)) == ["dispatch 2 to 1 cold"])
    }

    @Test func aStartGoesOnWhenNobodyWaitsAnyMore() {
        let story = Timeline()
        _ = story.at(0, .arrives(1))
        #expect(story.at(0.1, .ends(1)) == [])
        #expect(story.at(0.4, .ready(1)) == [])
        #expect(story.at(0.5, .arrives(2)) == ["dispatch 2 to 1 warm"])
    }

    @Test func whoLeavesInFlightMakesRoom() {
        let story = Timeline()
        let settings = RevisionSettings.sample(concurrency: 1)
        _ = story.at(0, .arrives(1, .sample(), settings))
        _ = story.at(0, .arrives(2, .sample(), settings))
        _ = story.at(1, .ready(1))
        #expect(story.at(2, .ends(1)) == ["dispatch 2 to 1 cold"])
        #expect(story.at(2, .ends(1)) == [], "a second end of the same request frees nothing")
        #expect(story.scheduler.worker(WorkerID(1))?.inFlight == 1)
    }

    @Test func revisionsHaveWorkersAndQueuesOfTheirOwn() {
        let story = Timeline()
        let settings = RevisionSettings.sample(concurrency: 1, queueBound: 1)
        #expect(story.at(0, .arrives(1, .sample("a", 1), settings)) == ["start 1 a1"])
        #expect(story.at(0, .arrives(2, .sample("a", 2), settings)) == ["start 2 a2"])
        #expect(story.at(0, .arrives(3, .sample("b", 1), settings)) == ["start 3 b1"])
        #expect(story.at(0, .arrives(4, .sample("b", 1), settings)) == ["refuse 4 no_capacity"])
        #expect(story.at(1, .ready(2)) == ["dispatch 2 to 2 cold"])
        #expect(story.at(1, .exits(3)) == ["refuse 3 worker_start_failed"])
        #expect(story.at(1, .ready(1)) == ["dispatch 1 to 1 cold"])
    }

    @Test func tenantsThatDeployTheSameBytesShareNoWorker() throws {
        let story = Timeline()
        let other = try TenantID("other")
        #expect(story.at(0, .arrives(1, .sample())) == ["start 1 a1"])
        #expect(story.at(0, .arrives(2, .sample(tenant: other))) == ["start 2 a1"])
        #expect(story.at(1, .ready(2)) == ["dispatch 2 to 2 cold"])
        #expect(story.at(1, .stops(.sample(tenant: other))) == [])
        #expect(story.at(2, .ready(1)) == ["dispatch 1 to 1 cold"])
    }
}
