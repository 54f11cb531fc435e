/// One datagram from a worker to whoever started it, as `sd_notify` sends them: assignments, one a line.
///
/// Assignments that a reader does not know are skipped, as systemd does; Hearth's own start with `X_HEARTH_`.
public struct WorkerMessage: Hashable, Sendable {
    /// The worker serves: its model is loaded.
    public var isReady = false
    /// The worker drains and will exit.
    public var isStopping = false
    /// The worker's event loop still turns; the answer to ``Watchdog``.
    public var isAlive = false
    /// One line for people, shown by `hearth ps`.
    public var status: String?
    /// Why the worker cannot serve, for the answer that its callers get.
    public var failure: String?
    /// How much of the start was spent on the model: opening it, its tables, its buffers.
    public var loadMicroseconds: Int?

    /// Says nothing yet.
    public init() {}

    /// The datagram.
    public var bytes: [UInt8] {
        var lines: [String] = []
        if isReady { lines.append("READY=1") }
        if isStopping { lines.append("STOPPING=1") }
        if isAlive { lines.append("WATCHDOG=1") }
        if let status { lines.append("STATUS=\(Self.oneLine(status))") }
        if let failure { lines.append("X_HEARTH_FAILURE=\(Self.oneLine(failure))") }
        if let loadMicroseconds { lines.append("X_HEARTH_LOAD_USEC=\(loadMicroseconds)") }
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// Reads a datagram; never fails, because a worker may send anything.
    public init(_ datagram: [UInt8]) {
        for line in datagram.split(separator: UInt8(ascii: "\n")) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = Self.oneLine(String(decoding: line[(equals + 1)...].prefix(4096), as: UTF8.self))
            switch String(decoding: line[..<equals], as: UTF8.self) {
            case "READY": isReady = value == "1"
            case "STOPPING": isStopping = value == "1"
            case "WATCHDOG": isAlive = value == "1"
            case "STATUS": status = value
            case "X_HEARTH_FAILURE": failure = value
            case "X_HEARTH_LOAD_USEC": loadMicroseconds = Int(value).flatMap { $0 >= 0 ? $0 : nil }
            default: continue
            }
        }
    }

    /// At most 1000 bytes, so that all assignments fit into one datagram, and without control characters,
    /// which could play tricks on the terminal of whoever reads it.
    private static func oneLine(_ text: String) -> String {
        var line = ""
        for character in text {
            let isControl = character.unicodeScalars.contains {
                $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
            }
            let piece = isControl || character.isNewline ? " " : character
            guard line.utf8.count + piece.utf8.count <= 1000 else { break }
            line.append(piece)
        }
        return line
    }
}
