import Foundation
import TestSupport
import Testing

@testable import Gateway

/// The end of a log that grows and is set aside.
struct LogTailTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path("log") }

    private func add(_ text: String) throws {
        if !FileManager.default.fileExists(atPath: path) { try folder.write([], to: "log") }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

    @Test(
        "the last lines",
        arguments: [
            (0, ""), (1, "c\n"), (2, "b\nc\n"), (3, "a\nb\nc\n"), (4, "a\nb\nc\n"), (100_000, "a\nb\nc\n"),
        ])
    func last(count: Int, expected: String) throws {
        try add("a\nb\nc\n")
        var tail = LogTail(path: path)
        #expect(text(tail.last(count)) == expected)
    }

    @Test(arguments: [("", ""), ("\n", "\n"), ("a", "a"), ("a\nb", "b"), ("a\n\n", "\n"), ("é\nü\n", "ü\n")])
    func theLastLineMayBeShort(log: String, expected: String) throws {
        try add(log)
        var tail = LogTail(path: path)
        #expect(text(tail.last(1)) == expected)
    }

    @Test func aLogThatIsNotThereIsEmptyAndThenComes() throws {
        var tail = LogTail(path: path)
        #expect(tail.last(10).isEmpty)
        #expect(tail.more().isEmpty)
        try add("first\n")
        #expect(text(tail.more()) == "first\n")
        #expect(tail.more().isEmpty)
    }

    @Test(arguments: [0, 1, 100])
    func whatIsAddedComesOnce(count: Int) throws {
        try add("a\nb\n")
        var tail = LogTail(path: path)
        _ = tail.last(count)
        #expect(tail.more().isEmpty)
        try add("c\n")
        try add("d")
        #expect(text(tail.more()) == "c\nd")
        try add("d\n")
        #expect(text(tail.more()) == "d\n")
    }

    @Test func aLogThatIsSetAsideGoesOnInTheNewOne() throws {
        try add("a long line before\n")
        var tail = LogTail(path: path)
        _ = tail.last(10)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        #expect(tail.more().isEmpty)
        try add("new\n")
        #expect(text(tail.more()) == "new\n")
        try add("newer\n")
        #expect(text(tail.more()) == "newer\n")
    }

    @Test func aNewLogThatIsLongerThanTheOldOneIsReadFromItsStart() throws {
        try add("old\n")
        var tail = LogTail(path: path)
        _ = tail.last(10)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try add("first of the new log\nsecond\n")
        #expect(text(tail.more()) == "first of the new log\nsecond\n")
    }

    @Test func whatWasAddedBeforeTheLogWasSetAsideIsNotLost() throws {
        try add("a\n")
        var tail = LogTail(path: path)
        _ = tail.last(10)
        try add("last words\n")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try add("new\n")
        var seen = ""
        for _ in 0..<3 { seen += text(tail.more()) }
        #expect(seen == "last words\nnew\n")
    }

    @Test func aLargeLogIsReadInParts() throws {
        let line = String(repeating: "x", count: 1023) + "\n"
        try add(String(repeating: line, count: 3000))
        var tail = LogTail(path: path)
        #expect(text(tail.last(2)) == line + line)
        #expect(tail.last(100_000).count <= 1 << 20)
        try add(String(repeating: line, count: 2500))
        var bytes = 0
        for _ in 0..<10 {
            let more = tail.more()
            #expect(more.count <= 1 << 20)
            bytes += more.count
        }
        #expect(bytes == 2500 * 1024)
    }
}
