/// Reads the values of a ``CanonicalForm``; every read checks that the bytes are there.
struct CanonicalReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    static func damaged(_ cause: String) -> HearthError {
        HearthError(
            .internalError, "The stored form of a revision cannot be read: \(cause).",
            remedy: "Restore the registry from a backup, or deploy the function again.")
    }

    mutating func raw(_ count: Int) throws(HearthError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw Self.damaged("it is cut off") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func number() throws(HearthError) -> UInt64 { try raw(8).reduce(0) { $0 << 8 | UInt64($1) } }

    /// A number that is no less than 0 and fits `Int`.
    mutating func integer() throws(HearthError) -> Int {
        guard let value = Int(exactly: try number()) else { throw Self.damaged("a number is out of range") }
        return value
    }

    mutating func text() throws(HearthError) -> String {
        guard let text = String(validating: try raw(try integer()), as: UTF8.self) else {
            throw Self.damaged("a text is not UTF-8")
        }
        return text
    }

    mutating func optional<Value>(
        _ read: (inout CanonicalReader) throws(HearthError) -> Value
    ) throws(HearthError) -> Value? {
        try flag() ? try read(&self) : nil
    }

    mutating func flag() throws(HearthError) -> Bool {
        switch try raw(1).first {
        case 0: false
        case 1: true
        default: throw Self.damaged("a flag is neither 0 nor 1")
        }
    }

    mutating func list<Value>(
        _ read: (inout CanonicalReader) throws(HearthError) -> Value
    ) throws(HearthError) -> [Value] {
        let count = try integer()
        // An element has at least one byte, so a count beyond what is left cannot be true.
        guard count <= rest.count else { throw Self.damaged("it is cut off") }
        var values: [Value] = []
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }

    /// A duration that is no less than 0.
    mutating func duration() throws(HearthError) -> Duration {
        let seconds = Int64(try integer())
        let attoseconds = Int64(try integer())
        // Beyond a second there would be a second spelling of the same duration.
        guard attoseconds < 1_000_000_000_000_000_000 else {
            throw Self.damaged("a duration is out of range")
        }
        return Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
    }

    mutating func end() throws(HearthError) {
        guard rest.isEmpty else { throw Self.damaged("\(rest.count) bytes follow its end") }
    }

    mutating func path() throws(HearthError) -> BundlePath { try BundlePath(try text()) }

    /// The settings that both versions have.
    mutating func manifest() throws(HearthError) -> Manifest {
        var manifest = Manifest(name: try FunctionName(try text()), runtime: try choice())
        manifest.model = try optional { (reader) throws(HearthError) in try reader.path() }
        manifest.command = try list { (reader) throws(HearthError) in try reader.text() }
        manifest.task = try optional { (reader) throws(HearthError) in try reader.choice() }
        manifest.limits.memory = ByteCount(try integer())
        manifest.limits.threads = try integer()
        manifest.limits.timeout = try duration()
        manifest.limits.maxBody = ByteCount(try integer())
        manifest.scaling.min = try integer()
        manifest.scaling.max = try integer()
        manifest.scaling.concurrency = try integer()
        manifest.scaling.keepAlive = try keepAlive()
        manifest.snapshot.prompt = try optional { (reader) throws(HearthError) in try reader.path() }
        return manifest
    }

    /// The settings that only version 2 has.
    mutating func program(_ manifest: inout Manifest) throws(HearthError) {
        manifest.files = try list { (reader) throws(HearthError) in try reader.path() }
        manifest.directories = try list { (reader) throws(HearthError) in
            try HostDirectory(try reader.text())
        }
        manifest.port = try optional { (reader) throws(HearthError) in try reader.integer() }
    }

    private mutating func choice<Choice: RawRepresentable<String>>() throws(HearthError) -> Choice {
        let text = try text()
        guard let choice = Choice(rawValue: text) else {
            throw Self.damaged("\(NameRule.quoted(text)) is no \(Choice.self)")
        }
        return choice
    }

    private mutating func keepAlive() throws(HearthError) -> KeepAlivePolicy {
        let text = try text()
        switch text {
        case "auto": return .auto
        case "forever": return .forever
        case "fixed": return .fixed(try duration())
        default: throw Self.damaged("\(NameRule.quoted(text)) is no keep-alive policy")
        }
    }
}
