import Glibc
import LinuxSystem
import Testing

/// Messages between two processes, here by both ends in one.
struct MessageSocketTests {
    /// Both ends of a connection.
    private struct Connection {
        let own: SharedSocket
        var other: SharedSocket?

        init() throws {
            let pair = try MessageSocket.Pair()
            other = SharedSocket(MessageSocket(owning: try pair.other.duplicate()))
            own = SharedSocket(pair.keepOwn())
        }
    }

    private final class SharedSocket: Sendable {
        let socket: MessageSocket
        init(_ socket: consuming MessageSocket) { self.socket = socket }
    }

    /// What a receiver found, in a few words.
    private func words(_ received: MessageSocket.Received) -> String {
        switch received {
        case .message(let bytes, let descriptors):
            "\(String(decoding: bytes, as: UTF8.self)) and \(descriptors.count) descriptors"
        case .nothing: "nothing"
        case .end: "end"
        }
    }

    private func isOpen(_ number: CInt) -> Bool { fcntl(number, F_GETFD) >= 0 }

    @Test func messagesKeepTheirBoundsAndTheirOrder() throws {
        let connection = try Connection()
        let other = try #require(connection.other)
        #expect(words(other.socket.receive()) == "nothing")
        for text in ["one", "two\0three", "é"] { try connection.own.socket.send(Array(text.utf8)) }
        try other.socket.send(Array("back".utf8))
        for text in ["one", "two\0three", "é"] {
            #expect(words(other.socket.receive()) == "\(text) and 0 descriptors")
        }
        #expect(words(other.socket.receive()) == "nothing")
        #expect(words(connection.own.socket.receive()) == "back and 0 descriptors")
    }

    @Test func descriptorsTravelWithTheirMessage() throws {
        let connection = try Connection()
        let other = try #require(connection.other)
        let pipe = try Pipe()
        try connection.own.socket.send(Array("plain".utf8))
        try connection.own.socket.send(
            Array("both".utf8), descriptors: [pipe.readEnd.number, pipe.writeEnd.number])
        #expect(words(other.socket.receive()) == "plain and 0 descriptors")
        guard case .message(_, let numbers) = other.socket.receive(), numbers.count == 2 else {
            Issue.record("no descriptors came")
            return
        }
        // They are the receiver's own, and no program that it starts inherits them.
        #expect(!numbers.contains(pipe.readEnd.number) && !numbers.contains(pipe.writeEnd.number))
        let copy = FileDescriptor(owning: numbers[0])
        let end = FileDescriptor(owning: numbers[1])
        #expect(fcntl(copy.number, F_GETFD) & FD_CLOEXEC != 0)
        #expect(write(end.number, "x", 1) == 1)
        let bytes = readAvailable(copy)
        #expect(bytes == Array("x".utf8))
    }

    @Test func sixteenDescriptorsAreTheMost() throws {
        let connection = try Connection()
        let other = try #require(connection.other)
        let pipe = try Pipe()
        let number = pipe.readEnd.number
        try connection.own.socket.send([1], descriptors: [CInt](repeating: number, count: 16))
        guard case .message(_, let numbers) = other.socket.receive() else {
            Issue.record("no message came")
            return
        }
        #expect(numbers.count == 16 && numbers.allSatisfy { isOpen($0) })
        for number in numbers { close(number) }
        let error = #expect(throws: SystemError.self) {
            try connection.own.socket.send([1], descriptors: [CInt](repeating: number, count: 17))
        }
        #expect(error?.code == E2BIG)
        #expect(words(other.socket.receive()) == "nothing")
    }

    @Test func whoIsGoneIsTheEndAfterItsLastMessage() throws {
        var connection = try Connection()
        try connection.other?.socket.send(Array("last".utf8))
        connection.other = nil
        #expect(words(connection.own.socket.receive()) == "last and 0 descriptors")
        // A child that another test starts right now may still hold a copy of the other end.
        waitUntilReadable(connection.own.socket.descriptor.number)
        #expect(words(connection.own.socket.receive()) == "end")
        #expect(words(connection.own.socket.receive()) == "end")
        let error = #expect(throws: SystemError.self) { try connection.own.socket.send([1]) }
        #expect(error?.code == EPIPE, "and no signal ends this process")
    }

    @Test func whoHangsUpEndsItForBothSides() throws {
        let connection = try Connection()
        let other = try #require(connection.other)
        try other.socket.send(Array("last".utf8))
        other.socket.hangUp()
        #expect(words(connection.own.socket.receive()) == "last and 0 descriptors")
        #expect(words(connection.own.socket.receive()) == "end")
        #expect(words(other.socket.receive()) == "end")
        #expect(throws: SystemError.self) { try other.socket.send([1]) }
    }

    @Test func theLongestMessageArrivesWhole() throws {
        let connection = try Connection()
        let other = try #require(connection.other)
        let bytes = (0..<MessageSocket.longestMessage).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try connection.own.socket.send(bytes)
        guard case .message(let received, _) = other.socket.receive() else {
            Issue.record("no message came")
            return
        }
        #expect(received == bytes)
    }

    @Test func oneThatIsLongerIsTheEndAndItsDescriptorsAreClosed() throws {
        let connection = try Connection()
        let other = try #require(connection.other)
        let pipe = try Pipe()
        try connection.own.socket.send(
            [UInt8](repeating: 1, count: MessageSocket.longestMessage + 1),
            descriptors: [pipe.writeEnd.number])
        #expect(words(other.socket.receive()) == "end")
        // A copy that nobody closed would keep the pipe from ending.
        let readEnd = pipe.keepReadEnd()
        waitUntilReadable(readEnd.number)
        let bytes = readAvailable(readEnd)
        #expect(bytes == [])
    }
}
