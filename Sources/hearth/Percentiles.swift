/// Order statistics of some samples; all zero where there is none.
struct Percentiles: Codable, Hashable, Sendable {
    var count: Int
    var min: Double
    var median: Double
    var p90: Double
    var p99: Double
    var max: Double

    /// By the nearest rank. O(n log n).
    init(_ samples: [Double]) {
        let sorted = samples.sorted()
        func rank(_ share: Double) -> Double {
            guard !sorted.isEmpty else { return 0 }
            return sorted[
                Swift.min(
                    sorted.count - 1, Swift.max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
        }
        count = sorted.count
        min = sorted.first ?? 0
        median = rank(0.5)
        p90 = rank(0.9)
        p99 = rank(0.99)
        max = sorted.last ?? 0
    }
}
