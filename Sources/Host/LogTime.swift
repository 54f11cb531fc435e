import Glibc

/// The time in log lines: RFC 3339 in UTC, to the millisecond.
enum LogTime {
    static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let digits = String(time.tv_nsec / 1_000_000)
        let milliseconds = String(repeating: "0", count: 3 - digits.count) + digits
        return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            + ".\(milliseconds)Z"
    }
}
