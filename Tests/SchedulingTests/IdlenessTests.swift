import FunctionTypes
import Testing

@testable import Scheduling

/// How long a worker stays when nobody calls.
struct IdlenessTests {
    /// A worker that was started at 0 for one request, became ready at 1 and idle at 5.
    private func idleAtFive(keepAlive: Double?) -> Timeline {
        let story = Timeline()
        _ = story.at(0, .arrives(1, .sample(), .sample(keepAlive: keepAlive)))
        _ = story.at(1, .ready(1))
        _ = story.at(5, .ends(1))
        return story
    }

    @Test func anIdleWorkerStopsAfterItsKeepAlive() throws {
        let story = idleAtFive(keepAlive: 60)
        let stop = try #require(story.nextEffects(until: 1000))
        #expect(stop.seconds == 65)
        #expect(stop.effects == ["stop 1"])
        #expect(story.at(66, .exits(1, "it exited with status 0")) == [])
        #expect(story.remembered == [0, 0, 0])
    }

    @Test func aDeadlineThatComesEarlyStopsNobody() {
        let story = idleAtFive(keepAlive: 60)
        #expect(story.at(64.9, .deadlineReached) == [])
        #expect(story.at(65, .deadlineReached) == ["stop 1"])
    }

    @Test func keepAliveOfZeroStopsAtOnce() {
        let story = idleAtFive(keepAlive: 0)
        #expect(story.at(5, .deadlineReached) == ["stop 1"])
    }

    @Test func keepAliveForEverNeverStops() {
        let story = idleAtFive(keepAlive: nil)
        #expect(story.nextEffects(until: 1e9) == nil)
        #expect(story.at(1e9, .arrives(2, .sample(), .sample(keepAlive: nil))) == ["dispatch 2 to 1 warm"])
    }

    @Test func aWorkerThatIsUsedAgainIsIdleFromItsLastRequestOn() throws {
        let story = idleAtFive(keepAlive: 60)
        _ = story.at(50, .arrives(2, .sample(), .sample(keepAlive: 60)))
        #expect(story.nextEffects(until: 70) == nil, "a busy worker is never stopped")
        _ = story.at(70, .ends(2))
        let stop = try #require(story.nextEffects(until: 1000))
        #expect(stop.seconds == 130)
        #expect(stop.effects == ["stop 1"])
    }

    @Test func aShortUseWithinTheKeepAlivePutsTheStopOff() throws {
        let story = idleAtFive(keepAlive: 60)
        _ = story.at(50, .arrives(2, .sample(), .sample(keepAlive: 60)))
        _ = story.at(51, .ends(2))
        let stop = try #require(story.nextEffects(until: 1000))
        #expect(stop.seconds == 111)
    }

    @Test func aWorkerThatNobodyCalledIsIdleFromItsReadinessOn() throws {
        let story = Timeline()
        _ = story.at(0, .prestarts(.sample(), .sample(keepAlive: 60)))
        _ = story.at(3, .ready(1))
        let stop = try #require(story.nextEffects(until: 1000))
        #expect(stop.seconds == 63)
    }

    @Test func aRequestAfterTheStopGetsANewWorker() {
        let story = idleAtFive(keepAlive: 60)
        #expect(story.at(65, .deadlineReached) == ["stop 1"])
        #expect(story.at(65, .arrives(2)) == ["start 2 a1"])
        #expect(story.at(66, .exits(1, "it exited with status 0")) == [])
        #expect(story.at(67, .ready(2)) == ["dispatch 2 to 2 cold"])
    }

    @Test func policiesBecomeDurations() {
        #expect(KeepAlive.duration(.auto) == KeepAlive.untilLearnt)
        #expect(KeepAlive.duration(.fixed(.seconds(7))) == .seconds(7))
        #expect(KeepAlive.duration(.fixed(.zero)) == .zero)
        #expect(KeepAlive.duration(.forever) == nil)
    }
}
