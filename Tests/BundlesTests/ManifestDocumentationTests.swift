import Foundation
import FunctionTypes
import TestSupport
import Testing

@testable import Bundles

/// The document and the JSON Schema say what the code does.
@Suite struct ManifestDocumentationTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: repositoryRoot.appending(path: path), encoding: .utf8)
    }

    @Test func theDocumentListsEveryKeyWithTypeDefaultAndBounds() throws {
        let rows = try text("Docs/Manifest.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        let required: Set = ["name", "runtime"]
        let expected = ManifestKey.all.map { key in
            let standard =
                key.standard.map { "`\($0)`" } ?? (required.contains(key.path) ? "required" : "none")
            return "| `\(key.path)` | \(key.type) | \(standard) | \(key.bounds ?? "") | "
        }
        #expect(rows.count == expected.count)
        for (row, start) in zip(rows, expected) {
            #expect(row.hasPrefix(start), "\(row)\nshould start with\n\(start)")
        }
    }

    @Test func theExamplesOfTheDocumentAreGoodManifests() throws {
        let blocks = try text("Docs/Manifest.md").components(separatedBy: "```yaml\n").dropFirst()
        #expect(blocks.count == 3)
        for block in blocks {
            let manifest = try ManifestReader.read(block.components(separatedBy: "```")[0])
            try manifest.checkSupported()
        }
    }

    @Test func theMessageInTheDocumentIsTheOneThatIsGiven() throws {
        let manifest = "name: f\nruntime: gguf\nmodel: m\nlimits:\n  memroy: 1GiB\n"
        let error = #expect(throws: HearthError.self) { try ManifestReader.read(manifest) }
        #expect(try text("Docs/Manifest.md").contains(error?.description ?? "no error"))
    }

    @Test func shippedManifestsAreGood() throws {
        let folder = repositoryRoot.appending(path: "Functions")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in names {
            let file = folder.appending(path: "\(name)/function.yaml")
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            let manifest = try ManifestReader.read([UInt8](Data(contentsOf: file)))
            #expect(throws: Never.self, "\(name)") { try manifest.checkSupported() }
        }
        #expect(!names.isEmpty)
    }

    // MARK: The schema

    private func schema() throws -> [String: Any] {
        let data = Data(try text("Docs/function.schema.json").utf8)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The schema's leaves by their path.
    private func leaves(_ node: [String: Any], path: String = "") -> [String: [String: Any]] {
        guard let properties = node["properties"] as? [String: [String: Any]] else { return [path: node] }
        #expect(node["additionalProperties"] as? Bool == false, "'\(path)' lets unknown keys pass")
        return properties.reduce(into: [:]) { leaves, property in
            let path = path.isEmpty ? property.key : "\(path).\(property.key)"
            leaves.merge(self.leaves(property.value, path: path)) { $1 }
        }
    }

    @Test func theSchemaHasTheKeysAndDefaultsOfTheReader() throws {
        let schema = try schema()
        let leaves = leaves(schema)
        #expect(leaves.keys.sorted() == ManifestKey.all.map(\.path).sorted())
        for key in ManifestKey.all {
            let standard = leaves[key.path]?["default"].map { "\($0)" }
            #expect(standard == key.standard, "\(key.path)")
        }
        #expect(schema["required"] as? [String] == ["name", "runtime"])
        #expect(schema["additionalProperties"] as? Bool == false)
    }

    @Test func theSchemaHasTheBoundsAndChoicesOfTheReader() throws {
        let leaves = leaves(try schema())
        let numbers = [
            ("limits.threads", ManifestRules.threads), ("scaling.min", ManifestRules.minimumWorkers),
            ("scaling.max", ManifestRules.maximumWorkers), ("scaling.concurrency", ManifestRules.concurrency),
        ]
        for (path, allowed) in numbers.map({ ($0, $1.allowed) }) + [("port", ManifestRules.port)] {
            #expect(leaves[path]?["minimum"] as? Int == allowed.lowerBound, "\(path)")
            #expect(leaves[path]?["maximum"] as? Int == allowed.upperBound, "\(path)")
        }
        let lists = [
            ("command", ManifestRules.commandWords), ("files", ManifestRules.fileEntries),
            ("directories", ManifestRules.directoryEntries),
        ]
        for (path, allowed) in lists {
            #expect((leaves[path]?["minItems"] ?? 0) as? Int == allowed.lowerBound, "\(path)")
            #expect(leaves[path]?["maxItems"] as? Int == allowed.upperBound, "\(path)")
        }
        for path in ["files", "directories"] {
            #expect(leaves[path]?["uniqueItems"] as? Bool == true, "\(path)")
        }
        #expect(leaves["runtime"]?["enum"] as? [String] == Manifest.Runtime.allCases.map(\.rawValue))
        #expect(leaves["task"]?["enum"] as? [String] == Manifest.Task.allCases.map(\.rawValue))
        for path in ["limits.memory", "limits.timeout", "limits.maxBody"] {
            let bounds = try #require(ManifestKey.all.first { $0.path == path }?.bounds)
            #expect((leaves[path]?["description"] as? String)?.contains(bounds) == true, "\(path)")
        }
    }

    @Test func theSchemaLeavesTheKeysOfAProgramToPrograms() throws {
        let rules = try #require((try schema()["allOf"] as? [[String: Any]])?.first)
        let model = try #require((rules["else"] as? [String: Any])?["properties"] as? [String: Any])
        for key in ["command", "files", "directories"] {
            #expect((model[key] as? [String: Int])?["maxItems"] == 0, "\(key)")
        }
        #expect(model["port"] as? Bool == false)
    }

    @Test func thePatternsOfTheSchemaMatchWhatTheReaderTakes() throws {
        let schema = try schema()
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        func pattern(_ node: [String: Any]?) throws -> Regex<AnyRegexOutput> {
            try Regex(try #require(node?["pattern"] as? String))
        }
        let sizes = try pattern((definitions["size"]?["anyOf"] as? [[String: Any]])?.last)
        for text in [
            "1", "512MiB", "4 GB", "7B", "1kB", "1KB", "", "1.5GiB", "GiB", "1G", "1  B", "1 ", "-1", "1mib",
        ] {
            #expect((text.wholeMatch(of: sizes) != nil) == ((try? ByteCount(text)) != nil), "\(text)")
        }
        let durations = try pattern(definitions["duration"])
        for text in [
            "30s", "1h30m", "500ms", "1m1ms", "1d1ns", "", "30", "s", "1m1h", "1s1s", "1.5s", "1w", "1 s",
        ] {
            #expect(
                (text.wholeMatch(of: durations) != nil) == ((try? Duration(text: text)) != nil), "\(text)")
        }
        let names = try pattern((schema["properties"] as? [String: [String: Any]])?["name"])
        for text in ["a", "a-b.c_d", "0", "A", "-a", "a-", "a b", "ä", ""] {
            #expect((text.wholeMatch(of: names) != nil) == ((try? FunctionName(text)) != nil), "\(text)")
        }
        let paths = try pattern(definitions["path"])
        for text in [
            "a", "a/b", ".a", "...", "a..b", "", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/./b",
            "a\\b", "a\nb",
        ] {
            #expect((text.wholeMatch(of: paths) != nil) == ((try? BundlePath(text)) != nil), "\(text)")
        }
        let directories = try pattern(definitions["directory"])
        for text in [
            "/a", "/a/b", "/.a", "/...", "/a..b", "/a\\b", "/a b", "", "/", "//", "a", "a/b", "/a/", "//a",
            "/a//b", "/.", "/..", "/a/..", "/a/./b", "/../a", "/a\nb", "/a\u{7f}", "/a\u{85}",
        ] {
            #expect(
                (text.wholeMatch(of: directories) != nil) == ((try? HostDirectory(text)) != nil), "\(text)")
        }
    }
}
