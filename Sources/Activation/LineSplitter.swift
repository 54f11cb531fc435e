/// Cuts a stream of bytes into lines of bounded length.
struct LineSplitter: Sendable {
    /// Longer lines are cut, so that a worker without line ends cannot fill the host's memory.
    static let longestLine = 4096

    private var rest: [UInt8] = []

    /// Takes more of the stream; returns the lines that are complete now. Bytes that are no UTF-8 become
    /// U+FFFD.
    mutating func append(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(take())
            } else {
                if rest.count == Self.longestLine { lines.append(take()) }
                rest.append(byte)
            }
        }
        return lines
    }

    /// The line that the end of the stream left unfinished.
    mutating func finish() -> String? { rest.isEmpty ? nil : take() }

    private mutating func take() -> String {
        defer { rest.removeAll(keepingCapacity: false) }
        return String(decoding: rest, as: UTF8.self)
    }
}
