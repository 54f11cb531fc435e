/// The name of a tenant: whoever owns functions, keys and quotas.
public struct TenantID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as written.
    public let rawValue: String

    /// The tenant that exists from the start.
    public static let `default` = TenantID(unchecked: "default")

    /// Checks the name; see ``NameRule``.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`.
    public init(_ name: String) throws(HearthError) {
        try NameRule.check(name, is: "tenant name")
        rawValue = name
    }

    private init(unchecked name: String) { rawValue = name }

    /// The name as written.
    public var description: String { rawValue }

    /// By name.
    public static func < (a: TenantID, b: TenantID) -> Bool { a.rawValue < b.rawValue }
}

/// The name of a function, unique within its tenant.
public struct FunctionName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as written.
    public let rawValue: String

    /// Checks the name; see ``NameRule``.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`.
    public init(_ name: String) throws(HearthError) {
        try NameRule.check(name, is: "function name")
        rawValue = name
    }

    /// The name as written.
    public var description: String { rawValue }

    /// By name.
    public static func < (a: FunctionName, b: FunctionName) -> Bool { a.rawValue < b.rawValue }
}

/// A function of a tenant: what a request is routed to.
public struct FunctionID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The owner.
    public let tenant: TenantID
    /// The name within the owner.
    public let name: FunctionName

    /// Joins the two.
    public init(tenant: TenantID, name: FunctionName) {
        self.tenant = tenant
        self.name = name
    }

    /// `tenant/name`.
    public var description: String { "\(tenant)/\(name)" }

    /// By tenant, then by name.
    public static func < (a: FunctionID, b: FunctionID) -> Bool { (a.tenant, a.name) < (b.tenant, b.name) }
}

/// What names of tenants, functions and aliases look like: 1 to 63 of `a-z`, `0-9`, `-`, `.`, `_`, the first
/// and the last a letter or a digit. So a name is safe in a path, a unit name, a header and a URL without
/// quoting.
public enum NameRule {
    /// Throws unless the name follows the rule.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`, naming the first offending character.
    public static func check(_ name: String, is what: String) throws(HearthError) {
        func fail(_ cause: String) -> HearthError {
            HearthError(
                .invalidRequest, "The \(what) \(quoted(name)) \(cause).",
                remedy:
                    "Use 1 to 63 of a-z, 0-9, '-', '.' and '_', starting and ending with a letter or digit.")
        }
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty else { throw fail("is empty") }
        guard bytes.count <= 63 else { throw fail("has \(bytes.count) bytes, more than 63") }
        for (position, byte) in bytes.enumerated() {
            let edge = position == 0 || position == bytes.count - 1
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                if edge { throw fail("starts or ends with '\(Character(Unicode.Scalar(byte)))'") }
            default: throw fail("has a character that is not allowed at byte \(position + 1)")
            }
        }
    }

    /// The name in quotes, shortened to 80 characters and without control characters, fit for a message.
    static func quoted(_ name: String) -> String {
        let visible = name.unicodeScalars.prefix(80).map {
            $0.properties.generalCategory == .control ? "?" : String($0)
        }
        return "'" + visible.joined() + (name.unicodeScalars.count > 80 ? "…" : "") + "'"
    }
}
