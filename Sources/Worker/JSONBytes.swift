import FoundationEssentials

/// JSON text under construction.
struct JSONBytes {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Adds text as it is.
    mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Adds a list of numbers, each with the fewest digits that read back as the same `Float`. They must be
    /// finite.
    mutating func write(_ vector: [Float]) {
        bytes.append(UInt8(ascii: "["))
        for (position, value) in vector.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: value.description.utf8)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Adds the numbers' little-endian bytes as a string in base64 (RFC 4648, section 4).
    mutating func writeBase64(_ vector: [Float]) {
        let text = vector.withUnsafeBytes { Data($0).base64EncodedString() }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\""))
    }
}
