/// A SHA-256 digest: the name of a blob by its content.
///
/// Written as `sha256:` and 64 lower-case hexadecimal digits. Kept as four words, so that a digest is a plain
/// value without an allocation.
public struct Digest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The number of bytes of a digest.
    public static let byteCount = 32

    /// Takes the 32 bytes of a digest, most significant first; another count is a programmer error.
    public init(bytes: some Collection<UInt8>) {
        precondition(bytes.count == Self.byteCount, "a SHA-256 digest has 32 bytes")
        var words: [UInt64] = [0, 0, 0, 0]
        for (position, byte) in bytes.enumerated() {
            words[position / 8] = words[position / 8] << 8 | UInt64(byte)
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// Reads `sha256:` and 64 lower-case hexadecimal digits.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`.
    public init(_ text: String) throws(HearthError) {
        let prefix = "sha256:"
        guard text.utf8.starts(with: prefix.utf8),
            let digest = Digest(hex: text.utf8.dropFirst(prefix.utf8.count))
        else {
            throw HearthError(
                .invalidRequest, "\(NameRule.quoted(text)) is not a digest.",
                remedy: "A digest is 'sha256:' followed by 64 of 0-9 and a-f.")
        }
        self = digest
    }

    /// Reads 64 lower-case hexadecimal digits, or gives nil.
    public init?(hex: some Collection<UInt8>) {
        guard let bytes = Hexadecimal.bytes(of: hex), bytes.count == Self.byteCount else { return nil }
        self.init(bytes: bytes)
    }

    /// The 32 bytes, most significant first.
    public var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }

    /// The 64 lower-case hexadecimal digits.
    public var hex: String { Hexadecimal.text(of: bytes) }

    /// True where both name the same content.
    public static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }

    /// Feeds all 32 bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension Digest: Comparable {
    /// By bytes, which is also the order of the hexadecimal digits.
    public static func < (a: Digest, b: Digest) -> Bool { a.words < b.words }
}

extension Digest: CustomStringConvertible {
    /// `sha256:` and 64 hexadecimal digits; ``init(_:)`` reads it back.
    public var description: String { "sha256:" + hex }
}
