import CSystemd

/// A value as systemd's bus takes it, of the kinds that unit properties have.
enum BusValue: Hashable, Sendable {
    /// `s`
    case text(String)
    /// `b`
    case flag(Bool)
    /// `u`
    case number32(UInt32)
    /// `i`
    case signed32(Int32)
    /// `t`
    case number64(UInt64)
    /// `as`
    case texts([String])
    /// `a(ss)`
    case pairs([Pair])
    /// `(bas)`: names that are allowed, or refused where the flag is false.
    case allowList(Bool, [String])
    /// `a(sasb)`: one program with its arguments, the program's name among them.
    case command(path: String, arguments: [String])
    /// `a(ssbt)`: what is seen, where, whether it may be missing, and 0 or `MS_REC`.
    case binds([Bind])
    /// `aay`: texts as bytes.
    case byteTexts([String])
    /// `a(iayu)`: address family, address, length of the prefix.
    case prefixes([Prefix])

    struct Pair: Hashable, Sendable {
        let first: String
        let second: String
    }

    struct Bind: Hashable, Sendable {
        let source: String
        let target: String
        var mayBeMissing = false
    }

    struct Prefix: Hashable, Sendable {
        let family: Int32
        let address: [UInt8]
        let length: UInt32
    }

    /// The D-Bus type.
    var signature: String {
        switch self {
        case .text: "s"
        case .flag: "b"
        case .number32: "u"
        case .signed32: "i"
        case .number64: "t"
        case .texts: "as"
        case .pairs: "a(ss)"
        case .allowList: "(bas)"
        case .command: "a(sasb)"
        case .binds: "a(ssbt)"
        case .byteTexts: "aay"
        case .prefixes: "a(iayu)"
        }
    }
}

/// A property of a unit.
struct UnitProperty: Hashable, Sendable {
    let name: String
    let value: BusValue

    init(_ name: String, _ value: BusValue) {
        self.name = name
        self.value = value
    }
}
