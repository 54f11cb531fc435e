import FunctionTypes
import Testing

@testable import Scheduling

/// Workers that are taken out of service: by hand, by a deploy, by the end of the host.
struct StoppingTests {
    /// Worker 1 is ready at 1 and serves request 1; request 2 waits, because concurrency is 1.
    private func busyWithOneWaiting() -> Timeline {
        let story = Timeline()
        let settings = RevisionSettings.sample(concurrency: 1, timeout: 300)
        _ = story.at(0, .arrives(1, .sample(), settings))
        _ = story.at(1, .ready(1))
        _ = story.at(2, .arrives(2, .sample(), settings))
        return story
    }

    @Test func anIdleWorkerStopsAtOnce() {
        let story = Timeline()
        _ = story.at(0, .prestarts())
        _ = story.at(1, .ready(1))
        #expect(story.at(2, .stops()) == ["stop 1"])
        #expect(story.at(2, .stops()) == [], "it was told already")
        #expect(story.at(3, .exits(1)) == [])
        #expect(story.remembered == [0, 0, 0])
    }

    @Test func aBusyWorkerFinishesFirst() {
        let story = Timeline()
        _ = story.at(0, .arrives(1))
        _ = story.at(0, .arrives(2))
        _ = story.at(1, .ready(1))
        #expect(story.at(2, .stops()) == [])
        #expect(story.at(2, .stops()) == [])
        #expect(story.at(3, .ends(1)) == [])
        #expect(story.at(4, .ends(2)) == ["stop 1"])
        #expect(story.at(5, .exits(1)) == [])
        #expect(story.remembered == [0, 0, 0])
    }

    @Test func whoWaitsWhileABusyWorkerStopsGetsANewOne() {
        let story = busyWithOneWaiting()
        #expect(story.at(3, .stops()) == ["start 2 a1"])
        #expect(story.at(4, .ready(2)) == ["dispatch 2 to 2 cold"])
        #expect(story.at(5, .ends(1)) == ["stop 1"])
        #expect(story.at(6, .exits(1)) == [])
        #expect(story.at(7, .ends(2)) == [])
        #expect(story.at(8, .arrives(3)) == ["dispatch 3 to 2 warm"])
    }

    @Test func whoWaitsForAWorkerThatIsStoppedWhileItStartsGetsANewOne() {
        let story = Timeline()
        _ = story.at(0, .arrives(1))
        #expect(story.at(1, .stops()) == ["stop 1", "start 2 a1"])
        #expect(story.at(2, .ready(1)) == [], "it is on its way out")
        #expect(story.at(3, .exits(1)) == [])
        #expect(story.at(4, .ready(2)) == ["dispatch 1 to 2 cold"])
    }

    @Test func aStopConcernsOneFunctionOnly() throws {
        let story = Timeline()
        for (request, key) in [RevisionKey.sample("a", 1), .sample("a", 2), .sample("b", 1)].enumerated() {
            _ = story.at(0, .arrives(UInt64(request + 1), key))
            _ = story.at(0, .ready(UInt64(request + 1)))
            _ = story.at(0, .ends(UInt64(request + 1)))
        }
        #expect(story.at(1, .stops(.sample("c"))) == [])
        #expect(story.at(1, .stops(.sample("a"))) == ["stop 1", "stop 2"])
        #expect(story.at(2, .arrives(4, .sample("b", 1))) == ["dispatch 4 to 3 warm"])
    }

    @Test func aDeployDrainsOnlyTheRevisionsThatNobodyIsRoutedTo() {
        let story = Timeline()
        for number in 1...3 as ClosedRange<UInt8> {
            _ = story.at(0, .arrives(UInt64(number), .sample("a", number)))
            _ = story.at(0, .ready(UInt64(number)))
        }
        _ = story.at(0, .ends(1))
        _ = story.at(0, .arrives(4, .sample("b", 1)))
        _ = story.at(0, .ready(4))
        let routed: Set = [RevisionKey.sample("a", 3).revision]
        #expect(
            story.at(1, .revisionsChanged(RevisionKey.sample("a").function, routed: routed)) == ["stop 1"])
        #expect(story.at(2, .ends(2)) == ["stop 2"])
        #expect(story.at(3, .ends(3)) == [])
        #expect(story.at(4, .ends(4)) == [])
        #expect(story.scheduler.workers.map(\.id.number) == [1, 2, 3, 4])
    }

    @Test func aWorkerThatDoesNotEndIsKilled() {
        let story = Timeline()
        _ = story.at(0, .prestarts())
        _ = story.at(1, .ready(1))
        _ = story.at(2, .stops())
        #expect(story.at(11.9, .deadlineReached) == [])
        #expect(story.at(12, .deadlineReached) == ["kill 1"])
        #expect(story.at(13, .deadlineReached) == [])
        #expect(story.at(14, .exits(1)) == [])
        #expect(story.remembered == [0, 0, 0])
    }

    @Test func aShutdownRefusesWhoWaitsAndLetsTheRestFinish() {
        let story = busyWithOneWaiting()
        _ = story.at(2, .arrives(3, .sample("b")))
        _ = story.at(2, .prestarts(.sample("c")))
        _ = story.at(2, .ready(3))
        #expect(
            story.at(3, .shutdownRequested)
                == ["refuse 2 shutting_down", "refuse 3 shutting_down", "stop 2", "stop 3"])
        #expect(story.at(4, .arrives(4)) == ["refuse 4 shutting_down"])
        #expect(story.at(4, .prestarts()) == [])
        #expect(story.at(5, .ends(1)) == ["stop 1"])
        for worker in 1...3 as ClosedRange<UInt64> { #expect(story.at(6, .exits(worker)) == []) }
        #expect(story.remembered == [0, 0, 0])
    }

    @Test func aSecondShutdownChangesNothing() {
        let story = busyWithOneWaiting()
        #expect(story.at(3, .shutdownRequested) == ["refuse 2 shutting_down"])
        #expect(story.at(4, .shutdownRequested) == [])
        #expect(story.at(5, .exits(1)) == [])
        #expect(story.at(6, .ends(1)) == [])
        #expect(story.remembered == [0, 0, 0])
    }

    @Test func aRetiredRevisionStartsNoWorkerThatNeverEnds() {
        let story = Timeline()
        let settings = RevisionSettings.sample(concurrency: 1, timeout: 300, keepAlive: nil)
        _ = story.at(0, .arrives(1, .sample("a", 1), settings))
        _ = story.at(1, .ready(1))
        _ = story.at(2, .arrives(2, .sample("a", 1), settings))
        let routed: Set = [RevisionKey.sample("a", 2).revision]
        _ = story.at(3, .revisionsChanged(RevisionKey.sample("a").function, routed: routed))
        // Whoever waited is still served, by whatever worker; then nothing of the old revision may stay.
        for worker in story.scheduler.workers where worker.readyAt == nil {
            _ = story.at(4, .ready(worker.id.number))
        }
        _ = story.at(5, .ends(1))
        _ = story.at(6, .ends(2))
        while let deadline = story.nextDeadline, deadline < 10_000 {
            _ = story.at(deadline, .deadlineReached)
        }
        let kept = story.scheduler.workers.filter { if case .stopping = $0.state { false } else { true } }
        #expect(
            kept.isEmpty,
            "worker \(kept.map(\.id.number)) serves a revision that nobody is routed to, for ever")
    }
}
