import Activation
import Glibc
import LinuxSystem
import TestSupport
import Testing

/// The end of an activation, and workers that do not want to end.
struct ShutDownTests {
    private let deaf = "#!/bin/sh\ntrap '' TERM\necho up\nwhile :; do sleep 0.02; done\n"

    /// Runs what may block for ever beside the test; returns whether it came back.
    private func returns(_ body: @escaping @Sendable () -> Void) throws -> Bool {
        let done = Done(try WakeUp())
        try startThread(named: "test") {
            body()
            done.wakeUp.signal()
        }
        return isReadable(done.wakeUp, withinSeconds: 20)
    }

    @Test func aShutDownKillsWhatRunsAndWaitsForIt() throws {
        let stage = try Stage()
        let program = try stage.script(deaf)
        for id in 1...5 as ClosedRange<UInt64> { stage.start(id, program) }
        for id in 1...5 as ClosedRange<UInt64> { stage.events(until: "\(id) prints up") }
        #expect(try returns { stage.activation.shutDown() })
        let events = stage.events(untilEndOf: 1, 2, 3, 4, 5)
        #expect(events.count { $0.hasSuffix("was ended by signal 9 (Killed)") } == 5)
        for id in 1...5 as ClosedRange<UInt64> {
            let processID = try #require(stage.processID(id))
            #expect(Glibc.kill(processID, 0) != 0, "process \(processID) is still there")
            #expect(access(stage.socketPath(id), F_OK) != 0)
        }
        for id in 1...5 as ClosedRange<UInt64> { #expect(access(stage.notifyPath(id), F_OK) != 0) }
    }

    @Test func aShutDownOfNothingReturns() throws {
        let stage = try Stage()
        #expect(try returns { stage.activation.shutDown() })
    }

    @Test func aSecondShutDownReturnsToo() throws {
        let stage = try Stage()
        #expect(try returns { stage.activation.shutDown() })
        #expect(try returns { stage.activation.shutDown() })
    }

    @Test func aStartAfterTheShutDownFails() throws {
        let stage = try Stage()
        #expect(try returns { stage.activation.shutDown() })
        let isAnswered = try returns {
            stage.start(1, "/bin/true")
            stage.events(untilEndOf: 1)
        }
        #expect(isAnswered, "whoever asked for the worker waits for ever")
        #expect(access(stage.socketPath(1), F_OK) != 0)
    }

    @Test func aFloodOfOutputDelaysNobody() throws {
        let stage = try Stage()
        defer { _ = try? returns { stage.activation.shutDown() } }
        // Its child goes on writing after its end, faster than anybody reads.
        stage.start(1, try stage.script("#!/bin/sh\nyes flood &\nsleep 0.1\nexit 0\n", name: "flood"))
        stage.start(2, try stage.script("#!/bin/sh\necho calm\n", name: "calm"))
        let isAnswered = try returns { stage.events(untilEndOf: 1, 2) }
        #expect(isAnswered, "the output of a process that has ended is read for ever")
    }
}

private final class Done: Sendable {
    let wakeUp: WakeUp
    init(_ wakeUp: consuming WakeUp) { self.wakeUp = wakeUp }
}
