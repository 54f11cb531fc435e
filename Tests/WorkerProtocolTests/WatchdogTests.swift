import Testing
import WorkerProtocol

/// How a worker learns that it is watched, and how often it must say that it lives.
struct WatchdogTests {
    private func interval(_ variables: [String: String], processID: Int32 = 42) -> Duration? {
        Watchdog.interval(lookup: { variables[$0] }, processID: processID)
    }

    @Test func whoIsNotWatchedSaysNothing() { #expect(interval([:]) == nil) }

    @Test(
        arguments: [
            ("30000000", .seconds(15)), ("3000000", .milliseconds(1500)), ("2", .microseconds(1)),
            ("3", .microseconds(1)), ("9223372036854775807", .microseconds(4_611_686_018_427_387_903)),
        ] as [(String, Duration)])
    func itSpeaksTwiceInTheTimeThatItHas(text: String, interval: Duration) {
        #expect(self.interval(["WATCHDOG_USEC": text]) == interval)
        #expect(self.interval(["WATCHDOG_USEC": text, "WATCHDOG_PID": "42"]) == interval)
    }

    @Test(arguments: ["", "0", "1", "-30000000", "30s", "3e7", " 30000000", "9223372036854775808"])
    func aTimeThatIsNoneWatchesNobody(text: String) { #expect(interval(["WATCHDOG_USEC": text]) == nil) }

    @Test(arguments: ["41", "4", "042", "", "x"]) func aWatchOnAnotherProcessIsNone(process: String) {
        #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": process]) == nil)
    }

    @Test func theVariableForAChildReadsBackAsThePatience() {
        let parts = Watchdog.variable.split(separator: "=").map(String.init)
        #expect(parts.first == "WATCHDOG_USEC")
        #expect(interval([parts[0]: parts[1]]).map { $0 * 2 } == Watchdog.patience)
    }
}
