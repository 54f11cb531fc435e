import Testing

@testable import Sandbox

/// What is done about workers that use too much, reading by reading.
struct UsageWatchTests {
    private static let second: Int64 = 1_000_000

    private func reading(_ memory: Int, seconds: Double) -> UsageWatch.Reading {
        UsageWatch.Reading(memory: memory, processorMicroseconds: Int(seconds * 1_000_000))
    }

    /// Reads once a second; returns what is to be done after each reading.
    private func actions(
        _ watch: inout UsageWatch, memory: Int? = 0, seconds: [Double]
    ) -> [[UsageWatch.Action]] {
        seconds.enumerated().map { step, seconds in
            let reading = UsageWatch.Reading(memory: memory, processorMicroseconds: Int(seconds * 1_000_000))
            return watch.read(reading, of: 1, atMicroseconds: Int64(step) * Self.second)
        }
    }

    @Test func aWorkerBeyondItsMemoryIsKilled() {
        var watch = UsageWatch()
        watch.started(1, memory: 100, threads: 1)
        let before = watch.read(reading(100, seconds: 0), of: 1, atMicroseconds: 0)
        let after = watch.read(reading(101, seconds: 0), of: 1, atMicroseconds: Self.second)
        #expect(before == [] && after == [.kill])
    }

    @Test func aWorkerBeyondItsShareOfTheProcessorsIsBoundOnceAndYields() {
        var watch = UsageWatch()
        watch.started(1, memory: 100, threads: 2)
        // What was used before the first reading does not count; 1.5 of 2 processors are less than all.
        let found = actions(&watch, seconds: [50, 51.5, 55, 60])
        #expect(found == [[], [], [.bind(processors: 2), .yield], []])
    }

    @Test func aWorkerThatUsesItsWholeShareYieldsUntilItUsesHalf() {
        var watch = UsageWatch()
        watch.started(1, memory: 100, threads: 1)
        let found = actions(&watch, seconds: [0, 1, 2, 2.6, 3, 3.1, 4])
        #expect(found == [[], [.yield], [], [], [.restore], [], [.yield]])
    }

    @Test func whoIsHeldByACgroupIsNeitherKilledNorBound() {
        var watch = UsageWatch()
        watch.started(1, memory: 100, threads: 1)
        #expect(actions(&watch, memory: nil, seconds: [0, 8, 16]) == [[], [.yield], []])
    }

    @Test func anAverageCountsAndNotABurst() {
        var watch = UsageWatch()
        watch.started(1, memory: 100, threads: 1)
        _ = watch.read(reading(0, seconds: 0), of: 1, atMicroseconds: 0)
        let tooSoon = watch.read(reading(0, seconds: 0.1), of: 1, atMicroseconds: Self.second / 10)
        let later = watch.read(reading(0, seconds: 2), of: 1, atMicroseconds: 4 * Self.second)
        #expect(tooSoon == [] && later == [])
    }

    @Test func whoHasEndedIsNotWatched() {
        var watch = UsageWatch()
        #expect(watch.isIdle)
        watch.started(1, memory: 1, threads: 1)
        #expect(!watch.isIdle && watch.watched == [1])
        watch.ended(1)
        let found = watch.read(reading(5, seconds: 0), of: 1, atMicroseconds: 0)
        #expect(watch.isIdle && found == [])
    }
}
