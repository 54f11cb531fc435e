import Glibc
import LinuxSystem
import Testing

struct PipeTests {
    @Test func nothingWaitsInANewPipe() throws {
        let pipe = try Pipe()
        let nothing = readAvailable(pipe.readEnd)
        #expect(nothing == nil)
        #expect(fcntl(pipe.readEnd.number, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(pipe.writeEnd.number, F_GETFD) & FD_CLOEXEC != 0)
        #expect(
            fcntl(pipe.writeEnd.number, F_GETFL) & O_NONBLOCK == 0, "children expect an output that blocks")
    }

    @Test func bytesArriveInOrderAndInPieces() throws {
        let pipe = try Pipe()
        let bytes = (0..<100).map { UInt8($0) }
        #expect(write(pipe.writeEnd.number, bytes, bytes.count) == 100)
        let first = readAvailable(pipe.readEnd, capacity: 60)
        #expect(first == Array(bytes[..<60]))
        let second = readAvailable(pipe.readEnd, capacity: 60)
        #expect(second == Array(bytes[60...]))
        let rest = readAvailable(pipe.readEnd)
        #expect(rest == nil)
    }

    @Test func theEndComesAfterTheLastByte() throws {
        let pipe = try Pipe()
        #expect(write(pipe.writeEnd.number, "ab", 2) == 2)
        let readEnd = pipe.keepReadEnd()
        let bytes = readAvailable(readEnd)
        #expect(bytes == Array("ab".utf8))
        let end = readAvailable(readEnd)
        #expect(end == [])
        let again = readAvailable(readEnd)
        #expect(again == [])
    }
}
