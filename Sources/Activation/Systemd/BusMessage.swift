import CSystemd
import Glibc
import LinuxSystem

/// A message to or from the bus. The C type is `sd_bus_message`.
struct BusMessage: ~Copyable {
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { sd_bus_message_unref(pointer) }

    // MARK: Writing

    func append(_ text: String) throws(SystemError) {
        try check(text.withCString { sd_bus_message_append_basic(pointer, CChar(UInt8(ascii: "s")), $0) })
    }

    func append(_ flag: Bool) throws(SystemError) {
        var value: CInt = flag ? 1 : 0
        try check(sd_bus_message_append_basic(pointer, CChar(UInt8(ascii: "b")), &value))
    }

    func append(_ number: UInt32) throws(SystemError) {
        var value = number
        try check(sd_bus_message_append_basic(pointer, CChar(UInt8(ascii: "u")), &value))
    }

    func append(_ number: Int32) throws(SystemError) {
        var value = number
        try check(sd_bus_message_append_basic(pointer, CChar(UInt8(ascii: "i")), &value))
    }

    func append(_ number: UInt64) throws(SystemError) {
        var value = number
        try check(sd_bus_message_append_basic(pointer, CChar(UInt8(ascii: "t")), &value))
    }

    func append(bytes: [UInt8]) throws(SystemError) {
        try check(sd_bus_message_append_array(pointer, CChar(UInt8(ascii: "y")), bytes, bytes.count))
    }

    /// - Parameter kind: `a` for an array, `r` for a structure, `v` for a variant.
    func container(
        _ kind: Unicode.Scalar, _ contents: String, _ body: () throws(SystemError) -> Void
    ) throws(SystemError) {
        try check(sd_bus_message_open_container(pointer, CChar(UInt8(ascii: kind)), contents))
        try body()
        try check(sd_bus_message_close_container(pointer))
    }

    func append(_ property: UnitProperty) throws(SystemError) {
        try container("r", "sv") { () throws(SystemError) in
            try append(property.name)
            try container("v", property.value.signature) { () throws(SystemError) in
                try append(property.value)
            }
        }
    }

    func append(_ properties: [UnitProperty]) throws(SystemError) {
        try container("a", "(sv)") { () throws(SystemError) in
            for property in properties { try append(property) }
        }
    }

    private func append(_ value: BusValue) throws(SystemError) {
        switch value {
        case .text(let text): try append(text)
        case .flag(let flag): try append(flag)
        case .number32(let number): try append(number)
        case .signed32(let number): try append(number)
        case .number64(let number): try append(number)
        case .texts(let texts): try append(texts)
        case .pairs(let pairs):
            try container("a", "(ss)") { () throws(SystemError) in
                for pair in pairs {
                    try container("r", "ss") { () throws(SystemError) in
                        try append(pair.first)
                        try append(pair.second)
                    }
                }
            }
        case .allowList(let isAllowed, let names):
            try container("r", "bas") { () throws(SystemError) in
                try append(isAllowed)
                try append(names)
            }
        case .command(let path, let arguments): try appendCommand(path, arguments)
        case .binds(let binds): try append(binds)
        case .byteTexts(let texts):
            try container("a", "ay") { () throws(SystemError) in
                for text in texts { try append(bytes: Array(text.utf8)) }
            }
        case .prefixes(let prefixes): try append(prefixes)
        }
    }

    private func append(_ texts: [String]) throws(SystemError) {
        try container("a", "s") { () throws(SystemError) in for text in texts { try append(text) } }
    }

    private func appendCommand(_ path: String, _ arguments: [String]) throws(SystemError) {
        try container("a", "(sasb)") { () throws(SystemError) in
            try container("r", "sasb") { () throws(SystemError) in
                try append(path)
                try append(arguments)
                try append(false)
            }
        }
    }

    private func append(_ binds: [BusValue.Bind]) throws(SystemError) {
        let recursive: UInt64 = 0x4000
        try container("a", "(ssbt)") { () throws(SystemError) in
            for bind in binds {
                try container("r", "ssbt") { () throws(SystemError) in
                    try append(bind.source)
                    try append(bind.target)
                    try append(bind.mayBeMissing)
                    try append(recursive)
                }
            }
        }
    }

    private func append(_ prefixes: [BusValue.Prefix]) throws(SystemError) {
        try container("a", "(iayu)") { () throws(SystemError) in
            for prefix in prefixes {
                try container("r", "iayu") { () throws(SystemError) in
                    try append(prefix.family)
                    try append(bytes: prefix.address)
                    try append(prefix.length)
                }
            }
        }
    }

    // MARK: Reading

    /// The next value, a text or a path; nil where none of that type follows.
    func readText() -> String? {
        for type in ["s", "o"] as [Unicode.Scalar] {
            var text: UnsafePointer<CChar>?
            let result = withUnsafeMutablePointer(to: &text) {
                sd_bus_message_read_basic(pointer, CChar(UInt8(ascii: type)), $0)
            }
            if result > 0, let text { return String(cString: text) }
        }
        return nil
    }

    func readNumber32() -> UInt32? { read("u", 0 as UInt32) }

    func readSigned32() -> Int32? { read("i", 0 as Int32) }

    private func read<Value>(_ type: Unicode.Scalar, _ initial: Value) -> Value? {
        var value = initial
        let result = withUnsafeMutablePointer(to: &value) {
            sd_bus_message_read_basic(pointer, CChar(UInt8(ascii: type)), $0)
        }
        return result > 0 ? value : nil
    }

    /// Reads what a container holds; false where none of that kind follows.
    @discardableResult
    func enter(_ kind: Unicode.Scalar, _ contents: String, _ body: () -> Void) -> Bool {
        guard sd_bus_message_enter_container(pointer, CChar(UInt8(ascii: kind)), contents) > 0 else {
            return false
        }
        body()
        sd_bus_message_exit_container(pointer)
        return true
    }

    func skip(_ types: String) { sd_bus_message_skip(pointer, types) }

    private func check(_ result: CInt) throws(SystemError) {
        guard result >= 0 else { throw SystemError("write a message to", "systemd", code: -result) }
    }
}
