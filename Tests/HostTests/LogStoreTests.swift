import Foundation
import FunctionTypes
import TestSupport
import Testing

@testable import Host

/// What workers write, on disk and in memory.
struct LogStoreTests {
    private let temporary: TemporaryFolder
    private let store: LogStore
    private let function: FunctionID

    init() throws {
        temporary = try TemporaryFolder()
        store = LogStore(folder: temporary.path)
        function = FunctionID(tenant: .default, name: try FunctionName("minilm"))
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func everyLineHasItsTimeAndItsWorker() throws {
        store.append("hello", worker: 7, of: function)
        store.append("", worker: 8, of: function)
        let lines = try text(store.path(of: function)).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3 && lines[2].isEmpty)
        #expect(lines[0].hasSuffix(" worker-7 hello"))
        #expect(lines[1].hasSuffix(" worker-8 "))
        #expect(lines[0].prefix(24).wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        let attributes = try FileManager.default.attributesOfItem(atPath: store.path(of: function))
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test func functionsOfTwoTenantsHaveTwoFiles() throws {
        let other = FunctionID(tenant: try TenantID("other"), name: function.name)
        store.append("mine", worker: 1, of: function)
        store.append("theirs", worker: 2, of: other)
        #expect(store.path(of: other) != store.path(of: function))
        #expect(try !text(store.path(of: function)).contains("theirs"))
        #expect(try !text(store.path(of: other)).contains("mine"))
    }

    @Test func controlCharactersDoNotReachATerminal() throws {
        store.append("a\u{1B}[2Jb\u{7}c\u{7F}d\u{9B}e\rf\tg", worker: 1, of: function)
        #expect(
            try text(store.path(of: function)).hasSuffix(
                " a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}d\u{FFFD}e\u{FFFD}f\tg\n"))
    }

    @Test func aLineEndWithinALineIsNoNewLine() throws {
        store.note("first\n2026-01-01T00:00:00.000Z worker-1 forged", worker: 1, of: function)
        #expect(try text(store.path(of: function)).split(separator: "\n").count == 1)
    }

    @Test func aLongFileIsSetAsideOnce() throws {
        let path = store.path(of: function)
        let line = String(repeating: "x", count: 64 << 10)
        var written = 0
        while !FileManager.default.fileExists(atPath: path + ".1") && written < 2 * LogStore.longestFile {
            store.append(line, worker: 1, of: function)
            written += line.utf8.count
        }
        let size = try Data(contentsOf: URL(filePath: path + ".1")).count
        #expect(size > LogStore.longestFile && size < LogStore.longestFile + (128 << 10))
        #expect(!FileManager.default.fileExists(atPath: path))
        store.append("after", worker: 1, of: function)
        #expect(try text(path).hasSuffix(" after\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path("default")).count == 2)
    }

    @Test func theLastLinesOfEachWorkerAreRemembered() {
        for number in 1...15 { store.append("line \(number)", worker: 1, of: function) }
        store.append("other", worker: 2, of: function)
        store.note("of the host", worker: 2, of: function)
        #expect(store.lastLines(of: 1, function) == (6...15).map { "line \($0)" })
        #expect(store.lastLines(of: 2, function) == ["other"])
        store.workerEnded(1)
        #expect(store.lastLines(of: 1, function) == [])
        #expect(store.lastLines(of: 2, function) == ["other"])
    }

    @Test func whatIsRemovedIsGone() throws {
        store.append("a", worker: 1, of: function)
        try temporary.write([1], to: "default/minilm.log.1")
        store.remove(function)
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path("default")) == [])
        store.remove(function)
        store.append("b", worker: 1, of: function)
        #expect(try text(store.path(of: function)).hasSuffix("b\n"))
    }

    @Test func aFolderThatIsGoneFailsNobody() {
        let nowhere = LogStore(folder: "/nonexistent/folder")
        nowhere.append("lost", worker: 1, of: function)
        #expect(nowhere.lastLines(of: 1, function) == ["lost"])
    }

    @Test func theTimeIsThatOfTheClock() throws {
        let before = Date()
        let text = LogTime.now()
        let after = Date()
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let time = try style.parse(text)
        #expect(time >= before.addingTimeInterval(-0.002) && time <= after.addingTimeInterval(0.002))
        #expect(text.utf8.count == 24)
    }
}
