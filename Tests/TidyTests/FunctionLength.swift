import Testing

/// A function fits on a screen: more than 60 lines hold more than one thought.
enum FunctionLength {
    static let limit = 60

    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.filter { $0.isSwift || $0.isC }.flatMap { file in
            FunctionBodies.all(of: file).filter { $0.lineCount > limit }.map {
                Finding(
                    file.path, $0.line, "\($0.name) has \($0.lineCount) lines, more than \(limit); split it")
            }
        }
    }
}

@Suite("Function length") struct FunctionLengthTests {
    @Test func everyFunctionFitsOnAScreen() {
        expectNone(FunctionLength.findings(in: Tree.code))
    }

    @Test func aLongFunctionIsReportedInSwiftAndInC() {
        let long = String(repeating: "    x += 1\n", count: 61)
        let swift = TrackedFile(path: "A.swift", text: "struct A {\nfunc grow() {\n\(long)}\n}\n")
        let c = TrackedFile(path: "a.c", text: "extern \"C\" {\nstatic int grow(int x)\n{\n\(long)}\n}\n")
        #expect(FunctionLength.findings(in: [swift, c]).map(\.line) == [2, 3])
        let short = String(repeating: "    x += 1\n", count: 60)
        let edge = TrackedFile(path: "A.swift", text: "init() {\n\(short)}\n")
        #expect(FunctionLength.findings(in: [edge]).isEmpty)
    }

    @Test func bodiesAreFoundPastStringsDefaultsAndRequirements() {
        let text = """
            protocol P { func none() -> Int; var x: Int { get } }
            struct A: P {
                var x: Int { 1 }
                var stored = [1].map { $0 }
                func none() -> Int {
                    "}".count
                }
                func late(_ body: () -> Void = { print("{") })
                    async throws -> Int
                where A: P {
                    0

                }
                init(x: Int) { self.init(y: x) }
                deinit { close() }
            }
            """
        let bodies = FunctionBodies.swift(MaskedSource(text, .swift))
        #expect(bodies.map(\.name) == ["x", "x", "none", "late", "init", "deinit"])
        #expect(bodies.map(\.lineCount) == [0, 0, 1, 2, 0, 0])
    }
}
