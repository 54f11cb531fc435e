import FunctionTypes
import Scheduling
import TestSupport
import Testing

@testable import Host

/// How a request's time before its worker is divided.
struct RunningWorkerTests {
    private func worker(started: Int64, ready: Int64?, load: Int64 = 0) throws -> RunningWorker {
        let key = RevisionKey(
            function: FunctionID(tenant: .default, name: try FunctionName("f")),
            revision: RevisionID(Digest(bytes: [UInt8](repeating: 1, count: Digest.byteCount))))
        var worker = RunningWorker(key: key, socketPath: "/s", startedAt: at(started))
        worker.readyAt = ready.map(at)
        worker.load = .milliseconds(load)
        return worker
    }

    private func at(_ milliseconds: Int64) -> Instant { .zero + .milliseconds(milliseconds) }

    private func phases(_ worker: RunningWorker, arrived: Int64, now: Int64) -> [Int64] {
        let phases = worker.phases(arrived: at(arrived), now: at(now))
        return [phases.queue, phases.activate, phases.load].map { Int64($0 / .milliseconds(1)) }
    }

    @Test func theRequestThatCausedTheStartWaitedForAllOfIt() throws {
        #expect(phases(try worker(started: 10, ready: 40, load: 20), arrived: 10, now: 40) == [0, 10, 20])
    }

    @Test func aRequestDuringTheStartWaitedForTheRestOfIt() throws {
        let worker = try worker(started: 10, ready: 40, load: 20)
        #expect(phases(worker, arrived: 15, now: 40) == [0, 5, 20])
        #expect(phases(worker, arrived: 30, now: 40) == [0, 0, 10])
    }

    @Test func aTurnAfterTheStartIsQueueing() throws {
        #expect(phases(try worker(started: 10, ready: 40, load: 20), arrived: 10, now: 100) == [60, 10, 20])
    }

    @Test func aRequestThatWaitedBeforeTheStartQueued() throws {
        // Its first worker drained, and it got a new one.
        #expect(phases(try worker(started: 30, ready: 40, load: 4), arrived: 10, now: 40) == [20, 6, 4])
    }

    @Test func aWarmWorkerIsAllQueue() throws {
        #expect(phases(try worker(started: 10, ready: 40, load: 20), arrived: 50, now: 57) == [7, 0, 0])
        #expect(phases(try worker(started: 10, ready: nil), arrived: 50, now: 57) == [7, 0, 0])
    }

    @Test func thePartsAreNeverNegativeAndAddUp() throws {
        var generator = SeededGenerator()
        for _ in 0..<2000 {
            let times = (0..<4).map { _ in Int64.random(in: 0...100, using: &generator) }
            let worker = try worker(
                started: min(times[0], times[1]), ready: max(times[0], times[1]),
                load: .random(in: 0...200, using: &generator))
            let now = max(times.max() ?? 0, times[2])
            let parts = worker.phases(arrived: at(times[2]), now: at(now))
            #expect(parts.queue >= .zero && parts.activate >= .zero && parts.load >= .zero, "\(generator)")
            #expect(parts.queue + parts.activate + parts.load == at(now) - at(times[2]), "\(generator)")
        }
    }
}
