import Testing

/// Places of one machine, and registries that may change or be absent, have no business in the repository.
enum ForeignWords {
    // In two halves, so that this file obeys the rule that it states.
    private static let places = [
        "/wo" + "rk/", "../sha" + "red", "/opt/sw" + "ift", "/ho" + "me/", "/ro" + "ot/",
    ]
    private static let hosts = [
        "pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org",
    ]

    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.flatMap { file in
            file.lines.enumerated().flatMap { index, line in
                (places.filter { startsPath($0, in: line) } + hosts.filter { line.contains($0) }).map {
                    Finding(
                        file.path, index + 1, "names \($0), which other machines do not have; leave it out")
                }
            }
        }
    }

    /// True where the place begins a path; inside a longer path it is only a folder's name.
    private static func startsPath(_ place: String, in line: Substring) -> Bool {
        line.ranges(of: place).contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !(before.isLetter || before.isNumber || ")}]_-.".contains(before))
        }
    }
}

@Suite("Foreign words") struct ForeignWordsTests {
    @Test func nothingPointsOutOfTheRepository() {
        expectNone(ForeignWords.findings(in: Tree.all))
    }

    @Test func aPathOfOneMachineAndARegistryAreReported() {
        let path = TrackedFile(path: "A.swift", text: "let a = \"" + "/wo" + "rk/main\"\n")
        let host = TrackedFile(
            path: "fetch.sh", text: "pip download --index-url https://pypi" + ".org/simple\n")
        let good = TrackedFile(path: "B.swift", text: "let a = \"\\(folder)" + "/wo" + "rk/x\"\n")
        #expect(ForeignWords.findings(in: [path, host, good]).map(\.path) == ["A.swift", "fetch.sh"])
    }
}
