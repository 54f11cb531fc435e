import FunctionTypes
import TestSupport
import Testing

@testable import Scheduling

/// Hundreds of thousands of random events: whatever clients and processes do, no rule of ``SchedulerWorld``
/// breaks.
struct SchedulerModelTests {
    private static let episodes = 30
    private static let eventsPerEpisode = 10_000

    @Test func noRuleBreaksWhateverHappens() {
        var generator = SeededGenerator()
        var dispatches = 0
        var refusals: [HearthError.Code: Int] = [:]
        for episode in 0..<Self.episodes {
            var story = RandomStory(&generator)
            do throws(SchedulerWorld.BrokenRule) {
                for _ in 0..<Self.eventsPerEpisode { try story.step(&generator) }
                try story.finish(byShutdown: episode % 2 == 0)
            } catch {
                Issue.record("\(error); episode \(episode); \(generator)")
                return
            }
            dispatches += story.world.dispatches
            refusals.merge(story.world.refusals) { $0 + $1 }
        }
        // A story in which nothing happens breaks no rule either.
        #expect(dispatches > 10_000, "\(generator)")
        #expect(
            Set(refusals.keys) == [.deadlineExceeded, .noCapacity, .workerStartFailed, .shuttingDown],
            "\(generator)")
    }
}
