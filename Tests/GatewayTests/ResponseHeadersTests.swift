import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Response headers")
struct ResponseHeadersTests {
    @Test(
        "durations are milliseconds with three digits",
        arguments: [
            (Duration.zero, "0.000"), (.nanoseconds(999), "0.000"), (.microseconds(7), "0.007"),
            (.microseconds(1_234_567), "1234.567"), (.seconds(61), "61000.000"), (.milliseconds(-5), "0.000"),
        ])
    func milliseconds(duration: Duration, text: String) {
        #expect(ResponseHeaders.milliseconds(duration) == text)
    }

    @Test("headers named in connection are hop by hop too")
    func hopByHop() {
        let names = HopByHop.names(in: ["connection": "close, X-Mine", "x-mine": "1"])
        #expect(names.contains("x-mine") && names.contains("transfer-encoding"))
    }
}
