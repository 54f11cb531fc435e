import Testing

/// Calls that hide an error, say nothing when they trap, or go round the compiler's checks.
enum BannedCalls {
    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.filter(\.isSwift).flatMap { file in
            let source = MaskedSource(file)
            return Words(source).words.compactMap { word in
                offence(word, source, in: file.path).map { Finding(file.path, word.line, $0) }
            }
        }
    }

    private static func offence(_ word: Words.Word, _ source: MaskedSource, in path: String) -> String? {
        let after = source.bytes[word.range.upperBound...]
        let before = source.previousVisible(before: word.range.lowerBound)
        let isInSources = path.hasPrefix("Sources/")
        let isFenced = path.hasPrefix("Sources/LinuxSystem/") || path.hasPrefix("Sources/Kernels/")
        switch word.text {
        case "try" where after.first == UInt8(ascii: "!"):
            return "a forced try hides the error; handle it or let it pass"
        case "fatalError" where startsEmptyCall(after), "preconditionFailure" where startsEmptyCall(after):
            return "\(word.text) without a message; say what the programmer did wrong"
        case "print" where isInSources && after.first == UInt8(ascii: "(") && before != UInt8(ascii: "."):
            return path.hasPrefix("Sources/hearth/")
                ? nil : "a library does not print; return it, throw it or log it"
        case "unchecked" where isInSources && !isFenced && before == UInt8(ascii: "@"):
            return "@unchecked Sendable outside LinuxSystem and Kernels; use Mutex or a value"
        case "nonisolated" where isInSources && !isFenced && after.starts(with: "(unsafe)".utf8):
            return "nonisolated(unsafe) outside LinuxSystem and Kernels; use Mutex or a value"
        default: return nil
        }
    }

    private static func startsEmptyCall(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.first == UInt8(ascii: "(") else { return false }
        return bytes.dropFirst().first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
            == UInt8(ascii: ")")
    }
}

@Suite("Banned calls") struct BannedCallsTests {
    @Test func noCallHidesAnErrorOrGoesRoundTheCompiler() {
        expectNone(BannedCalls.findings(in: Tree.swift))
    }

    @Test(arguments: [
        "let a = try! read()", "fatalError()", "preconditionFailure( )", "print(\"hello\")",
        "final class A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 1",
    ])
    func aBannedCallIsReported(line: String) {
        let file = TrackedFile(path: "Sources/Host/A.swift", text: line + "\n")
        #expect(BannedCalls.findings(in: [file]).count == 1)
    }

    @Test func whatIsAllowedIsNotReported() {
        let library = "let a = try? read(); fatalError(\"why\"); log.print(1) // try! this\n"
        let files = [
            TrackedFile(path: "Sources/Host/A.swift", text: library),
            TrackedFile(path: "Sources/hearth/A.swift", text: "print(1)\n"),
            TrackedFile(path: "Sources/LinuxSystem/A.swift", text: "class A: @unchecked Sendable {}\n"),
        ]
        #expect(BannedCalls.findings(in: files).isEmpty)
    }
}
