import Testing

/// One `import` of a Swift file.
struct ImportLine: Equatable {
    /// The module's name, without a submodule or a declaration.
    let module: String
    /// Counted from 1.
    let line: Int

    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]

    static func all(in file: TrackedFile) -> [ImportLine] {
        MaskedSource(file).lines.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), words[..<keyword].allSatisfy(mayPrecedeImport)
            else {
                return nil
            }
            var rest = words[(keyword + 1)...]
            if let first = rest.first, kinds.contains(first) { rest = rest.dropFirst() }
            guard let module = rest.first?.prefix(while: { $0 != "." && $0 != ";" }) else { return nil }
            return ImportLine(module: String(module), line: index + 1)
        }
    }

    private static func mayPrecedeImport(_ word: Substring) -> Bool {
        ["public", "package", "internal", "fileprivate", "private"].contains(word) || word.hasPrefix("@")
    }
}

/// The module that a file of Sources or Tests belongs to, by its folder.
func moduleName(ofFileAt path: String) -> String? {
    let parts = path.split(separator: "/")
    guard parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" else { return nil }
    return String(parts[1])
}

@Suite("Import lines") struct ImportLineTests {
    @Test func everyFormOfImportIsRead() {
        let text = """
            import Glibc
            public import struct Foundation.URL  // import Nothing
            @testable internal import Host
            @preconcurrency import NIOCore
            // import Commented
            let text = "import Quoted"
            func important() { importer() }
            """
        let modules = ImportLine.all(in: TrackedFile(path: "A.swift", text: text)).map(\.module)
        #expect(modules == ["Glibc", "Foundation", "Host", "NIOCore"])
    }
}
