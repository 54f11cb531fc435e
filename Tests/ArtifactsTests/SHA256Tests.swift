import Artifacts
import FunctionTypes
import LinuxSystem
import Glibc
import TestSupport
import Testing

@Suite struct SHA256Tests {
    // From FIPS 180-4's examples and the NIST test vectors.
    @Test(
        "published digests",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func published(_ text: String, _ hex: String) {
        #expect(SHA256.digest(of: Array(text.utf8)).hex == hex)
    }

    @Test func aMillionLettersGiveThePublishedDigest() {
        var hasher = SHA256()
        for _ in 0..<1000 { hasher.update([UInt8](repeating: UInt8(ascii: "a"), count: 1000)) }
        let digest = hasher.finish()
        #expect(digest.hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func theCutBetweenPiecesDoesNotMatter() {
        var generator = SeededGenerator()
        let bytes = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let whole = SHA256.digest(of: bytes)
        for _ in 0..<50 {
            var hasher = SHA256()
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...300, using: &generator)
                hasher.update(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let digest = hasher.finish()
            #expect(digest == whole, "\(generator)")
        }
    }

    @Test func aFileIsDigestedFromItsStartAndReportsProgress() throws {
        let folder = try TemporaryFolder()
        let bytes = [UInt8](repeating: 7, count: (2 << 20) + 17)
        let file = try FileDescriptor.open(try folder.write(bytes, to: "f"), O_RDONLY)
        lseek(file.number, 100, SEEK_SET)
        var pieces: [Int] = []
        let digest = try SHA256.digest(ofFile: file, subject: "f") { pieces.append($0) }
        #expect(digest == SHA256.digest(of: bytes))
        #expect(pieces.reduce(0, +) == bytes.count)
        #expect(pieces.count >= 3)
    }
}
