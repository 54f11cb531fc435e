import TestSupport
import Testing

@testable import Scheduling

struct BackoffTests {
    @Test(
        arguments: [(1, 0.5), (2, 1), (3, 2), (4, 4), (7, 32), (8, 60), (9, 60), (40, 60), (Int.max, 60)]
            as [(Int, Double)])
    func delaysDoubleUpToTheLimit(failures: Int, seconds: Double) {
        let middle = Backoff().delay(afterFailures: failures, draw: 0.5)
        #expect(abs(middle / .seconds(seconds) - 1) < 1e-9)
    }

    @Test func theSpreadIsAFifthEitherWay() {
        var generator = SeededGenerator()
        for failures in 1...12 {
            let middle = Backoff().delay(afterFailures: failures, draw: 0.5)
            var shares: [Double] = []
            for _ in 0..<200 {
                let draw = Double.random(in: 0..<1, using: &generator)
                shares.append(Backoff().delay(afterFailures: failures, draw: draw) / middle)
            }
            #expect(shares.allSatisfy { $0 >= 0.8 - 1e-9 && $0 <= 1.2 + 1e-9 }, "\(generator)")
            #expect((shares.max() ?? 0) - (shares.min() ?? 0) > 0.3, "\(generator)")
        }
        #expect(abs(Backoff().delay(afterFailures: 1, draw: 0) / .seconds(0.4) - 1) < 1e-9)
    }

    @Test func aLargerDrawIsALongerDelay() {
        let draws = stride(from: 0.0, to: 1, by: 0.05)
        let delays = draws.map { Backoff().delay(afterFailures: 3, draw: $0) }
        #expect(delays == delays.sorted())
    }
}

struct InstantTests {
    @Test func additionStopsAtTheEndOfTime() {
        #expect(Instant.zero + .seconds(2) == Instant(nanoseconds: 2_000_000_000))
        #expect(Instant.zero + .nanoseconds(1) == Instant(nanoseconds: 1))
        #expect(Instant.zero + .zero == .zero)
        #expect(Instant(nanoseconds: .max) + .nanoseconds(1) == Instant(nanoseconds: .max))
        #expect(Instant(nanoseconds: 1) + .nanoseconds(Int64.max) == Instant(nanoseconds: .max))
        #expect(Instant.zero + .seconds(Int64.max) == Instant(nanoseconds: .max))
        #expect(Instant(nanoseconds: -5) + .seconds(Int64.min) == Instant(nanoseconds: .min))
        #expect(Instant(nanoseconds: 5) + .nanoseconds(-7) == Instant(nanoseconds: -2))
    }

    @Test("durations of which only the fraction passes the end saturate too", arguments: [1, -1] as [Int64])
    func saturationByTheFraction(sign: Int64) {
        let duration = Duration(
            secondsComponent: sign * 9_223_372_036, attosecondsComponent: sign * 900_000_000_000_000_000)
        #expect(Instant.zero + duration == Instant(nanoseconds: sign > 0 ? .max : .min))
    }

    @Test func differencesUndoAdditions() {
        var generator = SeededGenerator()
        for _ in 0..<1000 {
            let start = Instant(nanoseconds: Int64.random(in: -(1 << 60)...(1 << 60), using: &generator))
            let step = Duration.nanoseconds(Int64.random(in: -(1 << 60)...(1 << 60), using: &generator))
            #expect((start + step) - start == step, "\(generator)")
            #expect((start + step < start) == (step < .zero), "\(generator)")
        }
    }
}

struct DeadlineQueueTests {
    @Test func anEmptyQueueHasNothing() {
        var queue = DeadlineQueue<Int>()
        #expect(queue.earliest == nil)
        #expect(queue.popDue(Instant(nanoseconds: .max)) == nil)
    }

    @Test func behavesAsASortedArrayDoes() {
        var generator = SeededGenerator()
        var queue = DeadlineQueue<Int>()
        var model: [(at: Int64, timer: Int)] = []
        for number in 0..<20_000 {
            if Int.random(in: 0..<5, using: &generator) < 3 {
                let at = Int64.random(in: 0..<2000, using: &generator)
                queue.set(number, at: Instant(nanoseconds: at))
                model.append((at, number))
            } else {
                let now = Int64.random(in: 0..<2000, using: &generator)
                let earliest = model.map(\.at).min()
                let popped = queue.popDue(Instant(nanoseconds: now))
                if let earliest, earliest <= now {
                    // Timers of the same instant come in any order.
                    let index = model.firstIndex { $0.at == earliest && $0.timer == popped }
                    guard let index else {
                        Issue.record("\(String(describing: popped)) is not among the earliest; \(generator)")
                        return
                    }
                    model.remove(at: index)
                } else {
                    #expect(popped == nil, "\(generator)")
                }
            }
            guard queue.earliest?.nanoseconds == model.map(\.at).min() else {
                Issue.record("the earliest deadline is wrong after \(number) steps; \(generator)")
                return
            }
        }
        var last = Int64.min
        while let earliest = queue.earliest?.nanoseconds {
            #expect(earliest >= last, "\(generator)")
            last = earliest
            #expect(queue.popDue(Instant(nanoseconds: earliest - 1)) == nil)
            let popped = queue.popDue(Instant(nanoseconds: earliest))
            model.removeAll { $0.timer == popped && $0.at == earliest }
        }
        #expect(model.isEmpty, "\(generator)")
    }
}
