import COpenSSL
public import FunctionTypes

/// The digest of bytes that arrive piece by piece. The C functions are OpenSSL's `EVP_Digest…`, which use the
/// processor's SHA instructions where it has them.
public struct SHA256: ~Copyable, Sendable {
    // Kept as a number: a pointer would not be Sendable, and this value is the only owner.
    private let address: UInt
    private var context: OpaquePointer? { OpaquePointer(bitPattern: address) }

    /// Starts with no bytes. Running out of memory traps: the state is a few hundred bytes.
    public init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("OpenSSL offers no SHA-256 digest on this system")
        }
        address = UInt(bitPattern: context)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes; the cut between two calls does not matter.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        let result = EVP_DigestUpdate(context, start, bytes.count)
        precondition(result == 1, "adding bytes to a digest cannot fail")
    }

    /// Adds bytes; the cut between two calls does not matter.
    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The digest of all bytes added.
    public consuming func finish() -> Digest {
        var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
        let result = EVP_DigestFinal_ex(context, &bytes, nil)
        precondition(result == 1, "finishing a digest cannot fail")
        return Digest(bytes: bytes)
    }

    /// The digest of one piece of bytes.
    public static func digest(of bytes: [UInt8]) -> Digest {
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.finish()
    }
}
