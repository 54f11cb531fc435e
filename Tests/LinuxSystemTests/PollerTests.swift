import LinuxSystem
import Testing

struct PollerTests {
    @Test func aWakeUpWakesFromAnotherThreadUntilItIsCleared() throws {
        let poller = try Poller()
        let wakeUp = Signal(try WakeUp())
        try poller.add(wakeUp.wakeUp.descriptor.number, token: 7)
        try startThread(named: "waker") { wakeUp.wakeUp.signal() }
        #expect(poller.wait() == [7])
        #expect(poller.wait() == [7], "what is not taken is told again")
        wakeUp.wakeUp.signal()
        wakeUp.wakeUp.clear()
        let pipe = try Pipe()
        let readEnd = pipe.keepReadEnd()
        try poller.add(readEnd.number, token: .max)
        #expect(poller.wait() == [.max], "one clear takes any number of signals; an ended stream is readable")
    }

    @Test func whatIsRemovedIsNotWatched() throws {
        let poller = try Poller()
        let first = try WakeUp()
        let second = try WakeUp()
        try poller.add(first.descriptor.number, token: 1)
        try poller.add(second.descriptor.number, token: 2)
        first.signal()
        second.signal()
        #expect(Set(poller.wait()) == [1, 2])
        poller.remove(first.descriptor.number)
        #expect(poller.wait() == [2])
        try poller.add(first.descriptor.number, token: 3)
        #expect(Set(poller.wait()) == [2, 3])
    }

    @Test func aDescriptorIsAddedOnce() throws {
        let poller = try Poller()
        let wakeUp = try WakeUp()
        try poller.add(wakeUp.descriptor.number, token: 1)
        let error = #expect(throws: SystemError.self) { try poller.add(wakeUp.descriptor.number, token: 2) }
        #expect(error?.step == "watch")
    }

    @Test func nobodyIsForgottenWhenManyAreReadable() throws {
        let poller = try Poller()
        var signals: [Signal] = []
        for token in 0..<200 as Range<UInt64> {
            let signal = Signal(try WakeUp())
            try poller.add(signal.wakeUp.descriptor.number, token: token)
            signal.wakeUp.signal()
            signals.append(signal)
        }
        var seen: Set<UInt64> = []
        for _ in 0..<20 where seen.count < 200 {
            let tokens = poller.wait()
            #expect(tokens.count <= 64)
            for token in tokens where seen.insert(token).inserted { signals[Int(token)].wakeUp.clear() }
        }
        #expect(seen == Set(0..<200))
    }
}

/// Holds what cannot be copied, so that it fits into a list and a closure.
private final class Signal: Sendable {
    let wakeUp: WakeUp
    init(_ wakeUp: consuming WakeUp) { self.wakeUp = wakeUp }
}
