import Testing

/// Names that say nothing about what they hold. Where nothing better comes to mind, a concept is missing.
enum BannedNames {
    private static let banned: Set<String> = [
        "util", "utils", "utilities", "helper", "helpers", "manager", "common", "extras", "misc",
    ]
    private static let typeKeywords: Set<String> = [
        "struct", "class", "enum", "protocol", "actor", "typealias", "associatedtype",
    ]

    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.flatMap { file in
            pathFindings(file) + (file.isSwift ? typeFindings(file) : [])
        }
    }

    private static func pathFindings(_ file: TrackedFile) -> [Finding] {
        file.path.split(separator: "/").compactMap { part in
            offence(in: String(part)).map { Finding(file.path, nil, "'\($0)' in a file name says nothing") }
        }
    }

    private static func typeFindings(_ file: TrackedFile) -> [Finding] {
        let words = Words(MaskedSource(file)).words
        return zip(words, words.dropFirst()).compactMap { keyword, name in
            guard typeKeywords.contains(keyword.text), let word = offence(in: name.text) else { return nil }
            return Finding(file.path, name.line, "'\(word)' in the type name \(name.text) says nothing")
        }
    }

    /// The first word of the name that is banned.
    static func offence(in name: String) -> String? {
        parts(of: name).first { banned.contains($0) }
    }

    /// `HTTPRequestUtils.swift` is `httprequest`, `utils`, `swift`.
    private static func parts(of name: String) -> [String] {
        var parts = [""]
        var lastWasLower = false
        for character in name {
            if !character.isLetter {
                parts.append("")
            } else if character.isUppercase, lastWasLower {
                parts.append(character.lowercased())
            } else {
                parts[parts.count - 1] += character.lowercased()
            }
            lastWasLower = character.isLowercase
        }
        return parts.filter { !$0.isEmpty }
    }
}

@Suite("Banned names") struct BannedNamesTests {
    @Test func everyNameSaysSomething() {
        expectNone(BannedNames.findings(in: Tree.all))
    }

    @Test(arguments: ["StringUtils", "http_helpers", "WorkerManager", "Common", "ContainerizationExtras"])
    func anEmptyNameIsReported(name: String) {
        let type = TrackedFile(path: "Sources/Host/A.swift", text: "struct \(name) {}\n")
        let file = TrackedFile(path: "Sources/Host/\(name).c", text: "")
        #expect(BannedNames.findings(in: [type, file]).count == 2)
    }

    @Test func namesOfOthersMayBeUsed() {
        let file = TrackedFile(path: "Sources/Host/Commonwealth.swift", text: "let a = FileManager.default\n")
        #expect(BannedNames.findings(in: [file]).isEmpty)
    }
}
