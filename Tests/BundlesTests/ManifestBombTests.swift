import Bundles
import Dispatch
import Foundation
import FunctionTypes
import Synchronization
import Testing

/// Texts within the size limit that would cost a careless reader its stack, its memory or its patience.
@Suite struct ManifestBombTests {
    private static let size = 250_000

    private static let bombs: [String: String] = [
        "flow lists": String(repeating: "[", count: size),
        "flow mappings": String(repeating: "{a: ", count: size / 4),
        "block lists": String(repeating: "- ", count: size / 2),
        "block lists after another kind of line break": "a: \u{2028}"
            + String(repeating: "- ", count: size / 2) + "b",
        "explicit keys": String(repeating: "? ", count: size / 2),
        "as many brackets as may be": "a: " + String(repeating: "[", count: 256)
            + String(repeating: "]", count: 256),
        "one bracket more": "a: " + String(repeating: "[", count: 257) + String(repeating: "]", count: 257),
        "as many columns as may be": (0...80).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        "as many columns as may be, in one line": String(repeating: "- ", count: 40) + "a",
        "both": String(repeating: "- ", count: 40) + String(repeating: "[", count: 256),
        "deep block mappings": (0..<600).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        "many keys": (0..<25_000).map { "a\($0): 1\n" }.joined(),
        "many documents": String(repeating: "---\n", count: size / 4),
        "a long word": String(repeating: "a", count: size),
        "a long quote": "\"" + String(repeating: "\\\"", count: size / 2),
        "many tags": String(repeating: "!a ", count: size / 3),
        "many anchors": (0..<15_000).map { "- &a\($0) b\n" }.joined(),
        "laughs": laughs(keys: false), "laughs in keys": laughs(keys: true),
        "few laughs in keys": "a: &a [x, y]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\n? *c\n: 1\n? *b\n: 2\n",
    ]

    /// Ten lists, each of ten aliases of the one before; the last as a value or as a key.
    private static func laughs(keys: Bool) -> String {
        var text = "a0: &a0 lol\n"
        for level in 1...10 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text + (keys ? "? *a10\n: 1\n? *a9\n: 1\n" : "b: *a10\n")
    }

    @Test("a bomb is an error, on a thread with half a mebibyte of stack", arguments: bombs.keys.sorted())
    func isRefused(_ name: String) throws {
        let text = try #require(Self.bombs[name])
        #expect(text.utf8.count <= ManifestRules.maximumTextBytes)
        let outcome = Mutex<Result<Manifest, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            let result = Result { try ManifestReader.read(text) }
            outcome.withLock { $0 = result }
            done.signal()
        }
        thread.stackSize = 512 << 10
        thread.start()
        #expect(done.wait(timeout: .now() + 60) == .success, "it takes longer than any reader would wait")
        let result = try #require(outcome.withLock { $0 })
        let error = #expect(throws: HearthError.self) { try result.get() }
        #expect(error?.code == .invalidManifest)
    }
}
