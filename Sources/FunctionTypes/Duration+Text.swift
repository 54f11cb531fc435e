/// Durations as people write them: `30s`, `500ms`, `1h30m`.
///
/// Whole numbers with the units `d`, `h`, `m`, `s`, `ms`, `us`, `ns`, larger units first, each at most once.
/// A number without a unit is refused: nobody can tell whether `30` means seconds or milliseconds.
extension Duration {
    /// Reads a duration of at most about 292 years.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`.
    public init(text: String) throws(HearthError) {
        func fail(_ cause: String) -> HearthError {
            HearthError(
                .invalidRequest, "\(NameRule.quoted(text)) \(cause).",
                remedy: "Write whole numbers with the units d, h, m, s, ms, us or ns, largest first, "
                    + "such as 30s, 500ms or 1h30m.")
        }
        var rest = text.utf8[...]
        var nanoseconds: Int64 = 0
        var units = Self.units[...]
        guard !rest.isEmpty else { throw fail("is not a duration") }
        while !rest.isEmpty {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            rest = rest.dropFirst(letters.count)
            guard !digits.isEmpty else { throw fail("is not a duration") }
            guard !letters.isEmpty else { throw fail(rest.isEmpty ? "has no unit" : "is not a duration") }
            let name = String(decoding: letters, as: UTF8.self)
            guard let position = units.firstIndex(where: { $0.name == name }) else {
                let known = Self.units.contains { $0.name == name }
                throw fail(
                    known
                        ? "has its units out of order or twice"
                        : "has the unknown unit \(NameRule.quoted(name))")
            }
            guard let count = Int64(String(decoding: digits, as: UTF8.self)) else {
                throw fail("is too long")
            }
            let (part, partOverflow) = count.multipliedReportingOverflow(by: units[position].nanoseconds)
            let (sum, sumOverflow) = nanoseconds.addingReportingOverflow(part)
            guard !partOverflow, !sumOverflow else { throw fail("is too long") }
            nanoseconds = sum
            units = units[(position + 1)...]
        }
        self = .nanoseconds(nanoseconds)
    }

    /// The duration as people write it, exact to the nanosecond; ``init(text:)`` reads it back. A negative
    /// one has a leading minus, which that does not read.
    public var text: String {
        guard self >= .zero else { return "-" + (Duration.zero - self).text }
        let (seconds, attoseconds) = components
        var text = ""
        func add(_ count: Int64, _ unit: String) { if count > 0 { text += "\(count)\(unit)" } }
        add(seconds / 86400, "d")
        add(seconds % 86400 / 3600, "h")
        add(seconds % 3600 / 60, "m")
        add(seconds % 60, "s")
        add(attoseconds / 1_000_000_000_000_000, "ms")
        add(attoseconds / 1_000_000_000_000 % 1000, "us")
        add(attoseconds / 1_000_000_000 % 1000, "ns")
        return text.isEmpty ? "0s" : text
    }

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]
}
