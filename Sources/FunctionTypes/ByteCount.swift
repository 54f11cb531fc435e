/// A number of bytes, written `512MiB`, `4GB` or plainly `4096`.
///
/// Units: `B`; `kB` or `KB`, `MB`, `GB`, `TB` (powers of 1000); `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024).
/// Whole numbers only, so that a written size is an exact one.
public struct ByteCount: Hashable, Sendable, Comparable {
    /// The number of bytes; never negative.
    public let bytes: Int

    /// Takes a number of bytes; a negative one is a programmer error.
    public init(_ bytes: Int) {
        precondition(bytes >= 0, "a number of bytes is never negative")
        self.bytes = bytes
    }

    /// This many times 1024 bytes.
    public static func kibibytes(_ count: Int) -> ByteCount { ByteCount(count << 10) }
    /// This many times 1024² bytes.
    public static func mebibytes(_ count: Int) -> ByteCount { ByteCount(count << 20) }
    /// This many times 1024³ bytes.
    public static func gibibytes(_ count: Int) -> ByteCount { ByteCount(count << 30) }

    /// Reads a whole number with an optional unit; one space may stand between them.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`: not of this form, or more than `Int.max` bytes.
    public init(_ text: String) throws(HearthError) {
        func fail(_ cause: String) -> HearthError {
            HearthError(
                .invalidRequest, "\(NameRule.quoted(text)) \(cause).",
                remedy: "Write a whole number and a unit, such as 512MiB, 4GB or 4096; the units are "
                    + "B, kB, MB, GB, TB, KiB, MiB, GiB and TiB.")
        }
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { throw fail("is not a number of bytes") }
        var unit = text.utf8.dropFirst(digits.count)
        if unit.first == UInt8(ascii: " "), unit.count > 1 { unit = unit.dropFirst() }
        guard let factor = Self.units[String(decoding: unit, as: UTF8.self)] else {
            throw fail(unit.first == UInt8(ascii: ".") ? "is not a whole number" : "has an unknown unit")
        }
        guard let count = Int(String(decoding: digits, as: UTF8.self)) else { throw fail("is too large") }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw fail("is too large") }
        self.bytes = bytes
    }

    private static let units: [String: Int] = [
        "": 1, "B": 1,
        "kB": 1000, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
        "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
    ]

    /// By number.
    public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
}

extension ByteCount: CustomStringConvertible {
    /// The largest unit that gives a whole number, binary units first; ``init(_:)-(String)`` reads it back.
    public var description: String {
        guard bytes > 0 else { return "0" }
        for unit in ["TiB", "GiB", "MiB", "KiB", "TB", "GB", "MB", "kB"] {
            if let factor = Self.units[unit], bytes % factor == 0 { return "\(bytes / factor)\(unit)" }
        }
        return "\(bytes)"
    }
}
