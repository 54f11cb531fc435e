import FunctionTypes
import TestSupport

@testable import Scheduling

/// One random story of a host with a few functions.
struct RandomStory {
    private(set) var world: SchedulerWorld
    private var events = 0
    private var lastRequest: UInt64 = 0
    /// Requests that came last; some of them are over.
    private var recent: [RequestID] = []

    init(_ generator: inout SeededGenerator) {
        let keepAlives: [Double?] = [0, 0.5, 5, 60, nil]
        var revisions: [(RevisionKey, RevisionSettings)] = []
        for (name, number) in ["a", "b", "c"].flatMap({ name in ([1, 2, 3] as [UInt8]).map { (name, $0) } }) {
            let settings = RevisionSettings.sample(
                concurrency: .random(in: 1...4, using: &generator),
                queueBound: .random(in: 1...8, using: &generator),
                timeout: [0.1, 1, 10, 100].randomElement(using: &generator) ?? 1,
                keepAlive: keepAlives.randomElement(using: &generator) ?? nil)
            revisions.append((.sample(name, number), settings))
        }
        world = SchedulerWorld(revisions, jitterSeed: generator.next())
    }

    mutating func step(_ generator: inout SeededGenerator) throws(SchedulerWorld.BrokenRule) {
        pass(&generator)
        // The host is late now and then: a deadline and an event are under way at the same time.
        let isPunctual = Int.random(in: 0..<8, using: &generator) > 0
        if isPunctual, let deadline = world.scheduler.nextDeadline, deadline <= world.now {
            try world.happen(.deadlineReached)
        }
        try world.happen(event(&generator))
        events += 1
        if events % 64 == 0 { try world.checkAccount() }
    }

    private mutating func pass(_ generator: inout SeededGenerator) {
        let step: Duration =
            switch Int.random(in: 0..<200, using: &generator) {
            case 0..<60: .zero
            case 60..<180: .milliseconds(Int.random(in: 1...50, using: &generator))
            case 180..<199: .milliseconds(Int.random(in: 1...3000, using: &generator))
            default: .seconds(Int.random(in: 1...120, using: &generator))
            }
        let later = world.now + step
        let deadline = world.scheduler.nextDeadline ?? later
        // Mostly the host wakes at the deadline itself.
        let wakes = deadline > world.now && deadline < later && Int.random(in: 0..<10, using: &generator) > 0
        world.now = wakes ? deadline : later
    }

    private mutating func event(_ generator: inout SeededGenerator) -> FunctionScheduler.Event {
        let revision = Int.random(in: 0..<world.keys.count, using: &generator)
        let (key, settings) = (world.keys[revision], world.settings[revision])
        switch Int.random(in: 0..<1000, using: &generator) {
        case 0..<380:
            lastRequest += 1
            recent.append(RequestID(lastRequest))
            if recent.count > 60 { recent.removeFirst() }
            return .requestArrived(RequestID(lastRequest), key, settings)
        case 380..<700: return .requestEnded(someRequest(&generator))
        case 700..<850: return .workerReady(someProcess(&generator) { $0.readyAt == nil && !$0.isKilled })
        case 850..<930:
            // Whoever was told to end mostly does; others crash now and then.
            let isTold = Int.random(in: 0..<4, using: &generator) > 0
            let id = someProcess(&generator) { !isTold || $0.isKilled || $0.stoppedAt != nil }
            return .workerExited(id, cause: "it ended")
        case 930..<950: return .startRequested(key, settings)
        case 950..<956: return .stopRequested(key.function)
        case 956..<970:
            let routed = world.keys.filter { $0.function == key.function && Bool.random(using: &generator) }
            return .revisionsChanged(key.function, routed: Set(routed.map(\.revision)))
        default: return .deadlineReached
        }
    }

    private func someRequest(_ generator: inout SeededGenerator) -> RequestID {
        let isRecent = Int.random(in: 0..<5, using: &generator) == 0
        let worker = isRecent ? nil : someProcess(&generator) { !$0.inFlight.isEmpty }
        let inFlight = worker.flatMap { world.processes[$0]?.inFlight.min() }
        return inFlight ?? recent.randomElement(using: &generator) ?? RequestID(0)
    }

    /// A process of the wanted kind, now and then any other, or one that nobody knows.
    private func someProcess(
        _ generator: inout SeededGenerator, where isWanted: (SchedulerWorld.Process) -> Bool
    ) -> WorkerID {
        let isAny = Int.random(in: 0..<20, using: &generator) == 0
        let pool = world.processes.keys.sorted().filter {
            isAny || world.processes[$0].map(isWanted) ?? false
        }
        return pool.randomElement(using: &generator)
            ?? WorkerID(UInt64.random(in: 0...1000, using: &generator))
    }

    /// Lets every request end and every process exit, time pass, and nothing be left.
    mutating func finish(byShutdown: Bool) throws(SchedulerWorld.BrokenRule) {
        if byShutdown {
            try world.happen(.shutdownRequested)
            lastRequest += 1
            try world.happen(.requestArrived(RequestID(lastRequest), world.keys[0], world.settings[0]))
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
                    guard world.settings[process.revision].keepAlive == nil else { continue }
                    try world.happen(.stopRequested(world.keys[process.revision].function))
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
