import Foundation
import TestSupport
import Testing

@testable import Gateway

@Suite("The end of a log")
struct LogTailTests {
    @Test("the last lines of what is there")
    func last() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.log")
        var tail = LogTail(path: path)
        #expect(tail.last(5).isEmpty, "a file that does not exist yet has no lines")
        try "1\n2\n3\n".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(text(tail.last(2)) == "2\n3\n")
        #expect(text(tail.last(3)) == "1\n2\n3\n")
        #expect(text(tail.last(9)) == "1\n2\n3\n")
        #expect(tail.last(0).isEmpty)
    }

    @Test("what is added comes once, and a new file from its start")
    func growth() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.log")
        try "old\n".write(toFile: path, atomically: false, encoding: .utf8)
        var tail = LogTail(path: path)
        _ = tail.last(10)
        #expect(tail.more().isEmpty)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("new\n".utf8))
        #expect(text(tail.more()) == "new\n")
        #expect(tail.more().isEmpty)
        try FileManager.default.removeItem(atPath: path)
        try "x\n".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(text(tail.more()) == "x\n")
    }

    private func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }
}
