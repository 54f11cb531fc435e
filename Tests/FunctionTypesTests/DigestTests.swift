import FunctionTypes
import Testing

@Suite struct DigestTests {
    private let hex = "0123456789abcdef" + "00000000000000ff" + "fedcba9876543210" + "8000000000000001"

    @Test func aDigestPrintsAsItWasRead() throws {
        let digest = try Digest("sha256:" + hex)
        #expect(digest.description == "sha256:" + hex)
        #expect(digest.hex == hex)
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(digest.bytes.prefix(4) == [0x01, 0x23, 0x45, 0x67])
    }

    @Test(
        "anything but the one spelling is refused",
        arguments: [
            "", "sha256:", "0123", "sha512:", "SHA256:" + String(repeating: "a", count: 64),
            String(repeating: "a", count: 64), "sha256:" + String(repeating: "a", count: 63),
            "sha256:" + String(repeating: "a", count: 65), "sha256:" + String(repeating: "A", count: 64),
            "sha256:" + String(repeating: "g", count: 64), "sha256: " + String(repeating: "a", count: 63),
        ])
    func refuses(_ text: String) {
        let error = #expect(throws: HearthError.self) { try Digest(text) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func digestsOrderLikeTheirDigits() throws {
        let texts = ["00", "01", "0f", "10", "7f", "80", "ff"].map { $0 + String(repeating: "0", count: 62) }
        let digests = texts.compactMap { Digest(hex: $0.utf8) }
        #expect(digests.count == texts.count)
        #expect(digests.shuffled().sorted().map(\.hex) == texts)
        let last = try #require(Digest(hex: (String(repeating: "0", count: 63) + "1").utf8))
        #expect(digests[0] < last && digests[0] != last)
    }

    @Test func revisionsHaveALongAndAShortName() throws {
        let revision = try #require(RevisionID(hex: hex))
        #expect(revision.description == hex)
        #expect(revision.short == "0123456789ab")
        #expect(RevisionID(hex: "0123") == nil)
        #expect(RevisionID(hex: hex.uppercased()) == nil)
    }
}
