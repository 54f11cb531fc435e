/// Names of units.
enum UnitName {
    /// What systemd lets stand for itself; everything else is written as its bytes. The C function is
    /// `unit_name_escape`, and the command `systemd-escape`.
    static func escaped(_ text: String) -> String {
        text.utf8.enumerated().map { position, byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain =
                character.isASCII
                && (character.isLetter || character.isNumber || character == "_" || character == ":"
                    || (character == "." && position > 0))
            return isPlain ? String(character) : hexadecimal(byte)
        }.joined()
    }

    /// The slice of a tenant: a child of `hearth.slice`, whatever the tenant's name looks like.
    static func slice(ofTenant tenant: String) -> String { "hearth-\(escaped(tenant)).slice" }

    /// The object on the bus that stands for a unit.
    static func path(of unit: String) -> String {
        let encoded = unit.utf8.enumerated().map { position, byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain =
                character.isASCII && (character.isLetter || (character.isNumber && position > 0))
            return isPlain ? String(character) : "_" + hexadecimal(byte).dropFirst(2)
        }
        return "/org/freedesktop/systemd1/unit/" + encoded.joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
