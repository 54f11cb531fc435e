import Testing

@testable import Activation

struct LineSplitterTests {
    private static let longest = String(repeating: "x", count: LineSplitter.longestLine)

    @Test(
        "a stream becomes lines, however it is cut",
        arguments: [
            ("", []), ("a\n", ["a"]), ("a\nb\n", ["a", "b"]), ("a", ["a"]), ("\n\n", ["", ""]),
            ("a\n\nb", ["a", "", "b"]),
            ("é\u{1F525}\n", ["é\u{1F525}"]), ("a\r\n", ["a\r"]),
            (longest + "\n", [longest]), (longest, [longest]), (longest + "y\nz\n", [longest, "y", "z"]),
            (longest + longest + "\nz", [longest, longest, "z"]),
        ] as [(String, [String])])
    func table(stream: String, lines: [String]) {
        let bytes = Array(stream.utf8)
        for size in [1, 2, 3, 7, 4095, 4096, 4097, 1 << 20] {
            var splitter = LineSplitter()
            var found: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += splitter.append(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            if let rest = splitter.finish() { found.append(rest) }
            #expect(found == lines, "in pieces of \(size)")
            #expect(splitter.finish() == nil)
        }
    }

    @Test func bytesThatAreNoTextAreRepaired() {
        var splitter = LineSplitter()
        #expect(splitter.append([0x61, 0xFF, 0x62, 0x0A]) == ["a\u{FFFD}b"])
    }
}
