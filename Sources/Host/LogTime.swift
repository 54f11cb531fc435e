import Glibc

/// The time in log lines: RFC 3339 in UTC, to the millisecond.
enum LogTime {
    static func now() -> String { text(milliseconds: HostClock.unixMilliseconds()) }

    /// - Parameter milliseconds: since 1970.
    static func text(milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let digits = String(milliseconds % 1000)
        let fraction = String(repeating: "0", count: 3 - digits.count) + digits
        return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            + ".\(fraction)Z"
    }
}
