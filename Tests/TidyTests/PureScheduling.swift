import Testing

/// Decisions take the time as an argument and bring no chance of their own, so that a test replays them
/// exactly.
enum PureScheduling {
    private static let bannedWords: Set<String> = [
        "Date", "ContinuousClock", "SuspendingClock", "clock_gettime", "gettimeofday", "DispatchTime",
        "NIODeadline",
        "random", "shuffled", "shuffle", "randomElement", "SystemRandomNumberGenerator", "getrandom",
        "arc4random",
        "sleep", "usleep", "UUID",
    ]
    private static let bannedImports: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization",
    ]

    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.filter { $0.isIn("Sources/Scheduling") && $0.isSwift }.flatMap { file in
            imports(of: file) + words(of: file)
        }
    }

    private static func imports(of file: TrackedFile) -> [Finding] {
        ImportLine.all(in: file).filter { bannedImports.contains($0.module) }.map {
            Finding(
                file.path, $0.line, "Scheduling imports \($0.module); decisions do no I/O and take no lock")
        }
    }

    private static func words(of file: TrackedFile) -> [Finding] {
        let source = MaskedSource(file)
        return Words(source).words.compactMap { word in
            // `.now` reads a clock when it stands for a static member; `event.now` is an argument.
            let start = word.range.lowerBound
            let isImplicitNow =
                word.text == "now" && start > 1 && source.bytes[start - 1] == UInt8(ascii: ".")
                && !Words.isPart(source.bytes[start - 2]) && source.bytes[start - 2] != UInt8(ascii: ")")
            guard bannedWords.contains(word.text) || isImplicitNow else { return nil }
            return Finding(
                file.path, word.line, "Scheduling uses \(word.text); pass the time or the number in")
        }
    }
}

@Suite("Pure scheduling") struct PureSchedulingTests {
    @Test func schedulingHasNoClockAndNoChance() {
        expectNone(PureScheduling.findings(in: Tree.swift))
    }

    @Test(arguments: [
        "let t = Date()", "import Foundation", "import Glibc", "let n = Int.random(in: 0...1)",
        "start(at: .now)",
        "let c = ContinuousClock()", "try await Task.sleep(for: .seconds(1))",
        "var g = SystemRandomNumberGenerator()",
    ])
    func aClockOrChanceIsReported(line: String) {
        let file = TrackedFile(path: "Sources/Scheduling/A.swift", text: line + "\n")
        #expect(PureScheduling.findings(in: [file]).count == 1)
    }

    @Test func timeAsAnArgumentIsWelcome() {
        let text = "// no Date here\nfunc step(now: Instant) { last = now; next = state.now + event().now }\n"
        #expect(
            PureScheduling.findings(in: [TrackedFile(path: "Sources/Scheduling/A.swift", text: text)]).isEmpty
        )
    }
}
