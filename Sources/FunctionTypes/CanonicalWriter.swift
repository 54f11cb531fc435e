/// Writes the values of a ``CanonicalForm``.
struct CanonicalWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ bytes: [UInt8]) { self.bytes += bytes }

    mutating func number(_ value: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }

    mutating func integer(_ value: Int) { number(UInt64(bitPattern: Int64(value))) }

    mutating func text(_ value: String) {
        integer(value.utf8.count)
        bytes += value.utf8
    }

    mutating func optional<Value>(_ value: Value?, _ write: (inout CanonicalWriter, Value) -> Void) {
        flag(value != nil)
        if let value { write(&self, value) }
    }

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func list<Value>(_ values: [Value], _ write: (inout CanonicalWriter, Value) -> Void) {
        integer(values.count)
        for value in values { write(&self, value) }
    }

    mutating func duration(_ value: Duration) {
        number(UInt64(bitPattern: value.components.seconds))
        number(UInt64(bitPattern: value.components.attoseconds))
    }

    /// The settings that both versions have.
    mutating func manifest(_ manifest: Manifest) {
        text(manifest.name.rawValue)
        text(manifest.runtime.rawValue)
        optional(manifest.model) { $0.text($1.rawValue) }
        list(manifest.command) { $0.text($1) }
        optional(manifest.task) { $0.text($1.rawValue) }
        integer(manifest.limits.memory.bytes)
        integer(manifest.limits.threads)
        duration(manifest.limits.timeout)
        integer(manifest.limits.maxBody.bytes)
        integer(manifest.scaling.min)
        integer(manifest.scaling.max)
        integer(manifest.scaling.concurrency)
        keepAlive(manifest.scaling.keepAlive)
        optional(manifest.snapshot.prompt) { $0.text($1.rawValue) }
    }

    /// The settings that only version 2 has.
    mutating func program(_ manifest: Manifest) {
        list(manifest.files) { $0.text($1.rawValue) }
        list(manifest.directories) { $0.text($1.rawValue) }
        optional(manifest.port) { $0.integer($1) }
    }

    private mutating func keepAlive(_ policy: KeepAlivePolicy) {
        switch policy {
        case .auto: text("auto")
        case .forever: text("forever")
        case .fixed(let value):
            text("fixed")
            duration(value)
        }
    }
}
