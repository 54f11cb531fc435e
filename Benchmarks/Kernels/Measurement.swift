/// The times of one thing done many times, in seconds.
struct Measurement {
    let median: Double
    /// The tenth and the ninetieth percentile.
    let low: Double
    let high: Double

    /// Repeats until a quarter of a second is spent, 5 times at least, after one run that does not count.
    init(_ body: () throws -> Void) rethrows {
        try body()
        var times: [Double] = []
        var total = 0.0
        while times.count < 5 || (total < 0.25 && times.count < 10_000) {
            let duration = try ContinuousClock().measure(body)
            let seconds =
                Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
            times.append(seconds)
            total += seconds
        }
        times.sort()
        median = times[times.count / 2]
        low = times[times.count / 10]
        high = times[times.count * 9 / 10]
    }

    /// Median and spread in microseconds.
    var microseconds: String {
        "\(fixed(median * 1e6, 1, width: 10)) us  (\(fixed(low * 1e6, 1)) to \(fixed(high * 1e6, 1)))"
    }
}

/// A number with some decimals, padded on the left.
func fixed(_ value: Double, _ decimals: Int, width: Int = 0) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let whole = Int((value * Double(scale)).rounded())
    let fraction = String(whole % scale)
    let text =
        decimals == 0
        ? "\(whole)"
        : "\(whole / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

/// Text, padded on the right.
func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
