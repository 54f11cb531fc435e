import FunctionTypes
import Testing

@Suite struct DurationTextTests {
    @Test(
        "a written duration means its sum",
        arguments: [
            ("0s", Duration.zero), ("30s", .seconds(30)), ("500ms", .milliseconds(500)),
            ("5m", .seconds(300)),
            ("1h30m", .seconds(5400)), ("2d", .seconds(172_800)),
            ("1d2h3m4s5ms6us7ns", .nanoseconds(93_784_005_006_007)),
            ("90m", .seconds(5400)), ("007s", .seconds(7)), ("1m1ms", .milliseconds(60_001)),
            ("9223372036854775807ns", .nanoseconds(Int64.max)),
        ])
    func parses(_ text: String, _ duration: Duration) throws {
        #expect(try Duration(text: text) == duration)
    }

    @Test(
        "anything else is refused, with its cause",
        arguments: [
            ("", "not a duration"), ("s", "not a duration"), ("-1s", "not a duration"),
            ("1.5s", "not a duration"),
            ("1 s", "not a duration"), (" 1s", "not a duration"), ("30", "has no unit"),
            ("1h30", "has no unit"),
            ("30S", "not a duration"), ("1min", "unknown unit 'min'"), ("1w", "unknown unit 'w'"),
            ("1m1h", "out of order"), ("1s1s", "out of order or twice"),
            ("9223372036854775808ns", "too long"),
            ("106752d", "too long"), ("106751d24h", "too long"), ("99999999999999999999s", "too long"),
            ("1s ", "not a duration"),
        ])
    func refuses(_ text: String, _ cause: String) {
        let error = #expect(throws: HearthError.self) { try Duration(text: text) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
    }

    @Test(
        "a duration is printed by its units",
        arguments: [
            (Duration.zero, "0s"), (.seconds(30), "30s"), (.milliseconds(1500), "1s500ms"),
            (.seconds(5400), "1h30m"),
            (.seconds(86400 * 30), "30d"), (.nanoseconds(1_002_003), "1ms2us3ns"), (.seconds(-90), "-1m30s"),
        ])
    func prints(_ duration: Duration, _ text: String) {
        #expect(duration.text == text)
    }

    @Test func printedDurationsReadBackAsTheSameTime() throws {
        for nanoseconds: Int64 in [1, 999, 1000, 1_000_000_007, 59_999_999_999, 3_600_000_000_001, Int64.max]
        {
            let duration = Duration.nanoseconds(nanoseconds)
            #expect(try Duration(text: duration.text) == duration)
        }
    }

    @Test func keepAlivePoliciesReadBackAsPrinted() throws {
        for policy in [KeepAlivePolicy.auto, .forever, .fixed(.seconds(600)), .fixed(.zero)] {
            #expect(try KeepAlivePolicy(policy.description) == policy)
        }
        #expect(throws: HearthError.self) { try KeepAlivePolicy("Auto") }
    }
}
