import LinuxSystem
import TestSupport
import Testing

@testable import Activation

/// Whatever systemd says in whatever order, a worker ends once.
struct WorkerUnitOrderTests {
    private static let results = [
        "success", "exit-code", "signal", "core-dump", "oom-kill", "watchdog", "timeout", "start-limit-hit",
        "resources", "protocol",
    ]
    private static let states = [
        "inactive", "activating", "active", "deactivating", "failed", "reloading", "",
    ]

    private func change(_ random: inout SeededGenerator) -> WorkerUnit.Change {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: .mainProcess(UInt32.random(in: 0...3, using: &random))
        case 1:
            .endedBy(
                code: Int32.random(in: 0...6, using: &random),
                status: Int32.random(in: 0...255, using: &random))
        case 2: .statusText(["", "one", "two"].randomElement(using: &random) ?? "")
        case 3: .activeState(Self.states.randomElement(using: &random) ?? "")
        default: .result(Self.results.randomElement(using: &random) ?? "")
        }
    }

    @Test func thereIsAtMostOneEndAndNothingAfterIt() {
        var random = SeededGenerator()
        for story in 0..<2000 {
            var unit = WorkerUnit(id: 1, service: "s.service", socket: nil)
            var meanings: [WorkerUnit.Meaning] = []
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                let isRemoved = Int.random(in: 0..<40, using: &random) == 0
                let changes = (0..<Int.random(in: 0...5, using: &random)).map { _ in change(&random) }
                let new = isRemoved ? unit.removed() : unit.take(changes)
                #expect(!isRemoved || unit.hasEnded, "story \(story), \(random)")
                meanings += new
                let hasEnd = meanings.contains { if case .ended = $0 { true } else { false } }
                #expect(hasEnd == unit.hasEnded, "story \(story), \(random)")
            }
            let ends = meanings.indices.filter { if case .ended = meanings[$0] { true } else { false } }
            #expect(ends.count <= 1, "story \(story), \(random)")
            #expect(ends.allSatisfy { $0 == meanings.count - 1 }, "story \(story), \(random)")
            // A number is told when it changes, so the same one is never told twice in a row.
            let processes = meanings.compactMap { if case .process(let number) = $0 { number } else { nil } }
            #expect(zip(processes, processes.dropFirst()).allSatisfy { $0 != $1 && $0 != 0 }, "\(random)")
        }
    }
}
