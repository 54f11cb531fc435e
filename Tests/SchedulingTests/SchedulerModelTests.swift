import FunctionTypes
import TestSupport
import Testing

@testable import Scheduling

/// Hundreds of thousands of random events: whatever clients and processes do, no rule of ``SchedulerWorld`` breaks.
struct SchedulerModelTests {
    private static let episodes = 30
    private static let eventsPerEpisode = 10_000

    @Test func noRuleBreaksWhateverHappens() throws {
        var dispatches = 0
        var refusals: [HearthError.Code: Int] = [:]
        try withSeededGenerator { generator in
            for episode in 0..<Self.episodes {
                var story = RandomStory(&generator)
                do throws(SchedulerWorld.BrokenRule) {
                    for _ in 0..<Self.eventsPerEpisode { try story.step(&generator) }
                    try story.finish(&generator, byShutdown: episode % 2 == 0)
                } catch {
                    Issue.record("\(error); episode \(episode); \(generator)")
                    throw error
                }
                dispatches += story.world.dispatches
                refusals.merge(story.world.refusals) { $0 + $1 }
            }
        }
        // A story in which nothing happens breaks no rule either.
        #expect(dispatches > 10_000)
        #expect(Set(refusals.keys) == [.deadlineExceeded, .noCapacity, .workerStartFailed, .shuttingDown])
    }
}

/// One random story of a host with a few functions.
private struct RandomStory {
    private(set) var world: SchedulerWorld
    private let keys: [RevisionKey]
    private var lastRequest: UInt64 = 0
    /// What may be picked as an event's subject; some of it is over.
    private var recent: [RequestID] = []

    init(_ generator: inout SeededGenerator) {
        let functions = ["a", "b", "c"]
        keys = functions.flatMap { name in (1...3).map { RevisionKey.sample(name, $0) } }
        var settings: [RevisionKey: RevisionSettings] = [:]
        for key in keys {
            let keepAlives: [Double?] = [0, 0.5, 5, 60, nil]
            settings[key] = .sample(
                concurrency: .random(in: 1...4, using: &generator),
                queueBound: .random(in: 1...8, using: &generator),
                timeout: [0.1, 1, 10, 100].randomElement(using: &generator) ?? 1,
                keepAlive: keepAlives.randomElement(using: &generator) ?? nil)
        }
        world = SchedulerWorld(settings: settings, jitterSeed: generator.next())
    }

    mutating func step(_ generator: inout SeededGenerator) throws(SchedulerWorld.BrokenRule) {
        pass(&generator)
        // The host is late now and then: a deadline and an event are under way at the same time.
        if let deadline = world.scheduler.nextDeadline, deadline <= world.now,
            Int.random(in: 0..<8, using: &generator) > 0
        {
            try world.happen(.deadlineReached)
        }
        try world.happen(event(&generator))
    }

    private mutating func pass(_ generator: inout SeededGenerator) {
        let step: Duration =
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<30: .zero
            case 30..<90: .milliseconds(Int.random(in: 1...100, using: &generator))
            case 90..<99: .milliseconds(Int.random(in: 1...3000, using: &generator))
            default: .seconds(Int.random(in: 1...120, using: &generator))
            }
        let later = world.now + step
        let deadline = world.scheduler.nextDeadline ?? later
        // Mostly the host wakes at the deadline itself.
        let wakes = deadline > world.now && deadline < later && Int.random(in: 0..<10, using: &generator) > 0
        world.now = wakes ? deadline : later
    }

    private mutating func event(_ generator: inout SeededGenerator) -> FunctionScheduler.Event {
        let key = keys[Int.random(in: 0..<keys.count, using: &generator)]
        switch Int.random(in: 0..<1000, using: &generator) {
        case 0..<380:
            lastRequest += 1
            recent.append(RequestID(lastRequest))
            if recent.count > 60 { recent.removeFirst() }
            return .requestArrived(RequestID(lastRequest), key, world.settings[key] ?? .sample())
        case 380..<700: return .requestEnded(someRequest(&generator))
        case 700..<850: return .workerReady(someProcess(&generator) { $0.readyAt == nil && !$0.isKilled })
        case 850..<930:
            // Whoever was told to end mostly does; others crash now and then.
            let ends = Int.random(in: 0..<4, using: &generator) > 0
            return .workerExited(
                someProcess(&generator) { !ends || $0.isKilled || $0.stoppedAt != nil }, cause: "it ended")
        case 930..<950: return .startRequested(key, world.settings[key] ?? .sample())
        case 950..<956: return .stopRequested(key.function)
        case 956..<970:
            let routed = keys.filter { $0.function == key.function && Bool.random(using: &generator) }.map(
                \.revision)
            return .revisionsChanged(key.function, routed: Set(routed))
        default: return .deadlineReached
        }
    }

    private func someRequest(_ generator: inout SeededGenerator) -> RequestID {
        let inFlight = world.processes.values.flatMap(\.inFlight).sorted()
        let pool = Int.random(in: 0..<5, using: &generator) > 0 ? inFlight : recent
        return pool.randomElement(using: &generator) ?? RequestID(0)
    }

    /// A process of the wanted kind, now and then any other, or one that nobody knows.
    private func someProcess(
        _ generator: inout SeededGenerator, where isWanted: (SchedulerWorld.Process) -> Bool
    ) -> WorkerID {
        let isAny = Int.random(in: 0..<20, using: &generator) == 0
        let pool = world.processes.filter { isAny || isWanted($0.value) }.keys.sorted()
        return pool.randomElement(using: &generator)
            ?? WorkerID(UInt64.random(in: 0...1000, using: &generator))
    }

    /// Lets every request end and every process exit, time pass, and nothing be left.
    mutating func finish(
        _ generator: inout SeededGenerator, byShutdown: Bool
    ) throws(SchedulerWorld.BrokenRule) {
        if byShutdown {
            try world.happen(.shutdownRequested)
            lastRequest += 1
            try world.happen(
                .requestArrived(RequestID(lastRequest), keys[0], world.settings[keys[0]] ?? .sample()))
        }
        var rounds = 0
        while world.scheduler.nextDeadline != nil || !world.processes.isEmpty {
            rounds += 1
            try world.rule(rounds < 10_000, "the host never comes to rest")
            for id in world.processes.values.flatMap(\.inFlight).sorted() {
                try world.happen(.requestEnded(id))
            }
            for (id, process) in world.processes.sorted(by: { $0.key < $1.key }) {
                if process.isRetired {
                    try world.happen(.workerExited(id, cause: "it ended"))
                } else {
                    try world.happen(.workerReady(id))
                    if world.settings[process.key]?.keepAlive == nil {
                        try world.happen(.stopRequested(process.key.function))
                    }
                }
            }
            if let deadline = world.scheduler.nextDeadline {
                world.now = max(world.now, deadline)
                try world.happen(.deadlineReached)
            }
        }
        try world.checkEmpty()
    }
}
