import Testing
import WorkerProtocol

/// Datagrams of `sd_notify`, between a worker and its host.
struct WorkerMessageTests {
    private func message(_ text: String) -> WorkerMessage { WorkerMessage(Array(text.utf8)) }

    @Test func everyFieldHasItsLine() {
        var message = WorkerMessage()
        #expect(message.bytes == [])
        message.isReady = true
        #expect(message.bytes == Array("READY=1".utf8))
        message.isStopping = true
        message.status = "serving default/minilm"
        message.failure = "the file is cut off"
        message.loadMicroseconds = 1234
        let lines = [
            "READY=1", "STOPPING=1", "STATUS=serving default/minilm", "X_HEARTH_FAILURE=the file is cut off",
            "X_HEARTH_LOAD_USEC=1234",
        ]
        #expect(message.bytes == Array(lines.joined(separator: "\n").utf8))
        #expect(WorkerMessage(message.bytes) == message)
    }

    @Test func textOfSeveralLinesBecomesOne() {
        var message = WorkerMessage()
        message.failure = "first\nREADY=1\r\nSTOPPING=1\u{2028}end"
        let read = WorkerMessage(message.bytes)
        #expect(read.failure == "first READY=1 STOPPING=1 end")
        #expect(!read.isReady && !read.isStopping)
    }

    @Test(
        "a text of any length leaves room for the rest of the datagram",
        arguments: ["x", "é", "🔥", "e\u{301}\u{301}\u{301}"])
    func longTexts(character: String) {
        var message = WorkerMessage()
        message.isReady = true
        message.status = String(repeating: character, count: 5000)
        message.failure = String(repeating: character, count: 5000)
        message.loadMicroseconds = 7
        #expect(message.bytes.count <= 4096, "the receiver takes 4 KiB")
        let read = WorkerMessage(Array(message.bytes.prefix(4096)))
        #expect(read.isReady)
        #expect(read.loadMicroseconds == 7)
        for text in [read.status, read.failure] {
            #expect(text?.hasPrefix(character + character) == true)
            #expect(text?.contains("\u{FFFD}") == false, "no character is cut in two")
        }
    }

    @Test func whatIsNotKnownIsSkipped() {
        let read = message("WATCHDOG=trigger\nREADY=1\nMAINPID=7\nX_HEARTH_NEW=yes")
        var expected = WorkerMessage()
        expected.isReady = true
        #expect(read == expected)
    }

    @Test(
        "only the exact assignment counts",
        arguments: [
            "READY", "READY=", "READY=0", "READY=11", "READY=1 ", " READY=1", "ready=1", "=READY=1",
            "READY\n=1", "=",
            "\n\n=\n", "READY=1\u{0}", "X_HEARTH_LOAD_USEC=-1", "X_HEARTH_LOAD_USEC=99999999999999999999",
            "X_HEARTH_LOAD_USEC=", "X_HEARTH_LOAD_USEC=1e3",
        ])
    func almost(text: String) { #expect(message(text) == WorkerMessage()) }

    @Test func aValueMayHoldAnEqualsSign() {
        #expect(message("STATUS=a=b=c").status == "a=b=c")
        #expect(message("STATUS=").status == "")
    }

    @Test func theLastOfTwoAssignmentsCounts() {
        #expect(message("STATUS=a\nSTATUS=b").status == "b")
        #expect(message("READY=1\nREADY=0").isReady == false)
    }

    @Test func aHugeLineIsCut() {
        let read = message("STATUS=" + String(repeating: "x", count: 1 << 20) + "\nREADY=1")
        #expect((read.status?.utf8.count ?? .max) <= 4096)
        #expect(read.isReady)
    }

    @Test func bytesThatAreNoTextAreRepaired() {
        let read = WorkerMessage(Array("STATUS=a".utf8) + [0xFF, 0xC3] + Array("\nREADY=1".utf8))
        #expect(read.status?.hasPrefix("a\u{FFFD}") == true)
        #expect(read.isReady)
    }
}
