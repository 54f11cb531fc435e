import Glibc
import LinuxSystem
import TestSupport
import Testing

struct UnixSocketTests {
    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func aListenerAcceptsBeforeAnybodyServes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s")
        let listener = try UnixSocket.listen(path: path)
        #expect(fcntl(listener.number, F_GETFD) & FD_CLOEXEC != 0)
        #expect(mode(path) == 0o600)
        #expect(try UnixSocket.isServed(path))
    }

    @Test func aSocketWithoutAListenerIsNotServed() throws {
        let folder = try TemporaryFolder()
        #expect(try !UnixSocket.isServed(folder.path("none")))
        do { _ = try UnixSocket.listen(path: folder.path("s")) }
        #expect(try !UnixSocket.isServed(folder.path("s")))
    }

    @Test func aSocketLeftBehindIsReplaced() throws {
        let folder = try TemporaryFolder()
        do { _ = try UnixSocket.listen(path: folder.path("s")) }
        let listener = try UnixSocket.listen(path: folder.path("s"), mode: 0o666)
        #expect(try UnixSocket.isServed(folder.path("s")))
        #expect(mode(folder.path("s")) == 0o666)
        #expect(listener.number >= 0)
    }

    @Test func nothingButASocketIsReplaced() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([1, 2], to: "precious")
        let error = #expect(throws: SystemError.self) { _ = try UnixSocket.listen(path: path) }
        #expect(error?.code == EEXIST)
        #expect(try FileDescriptor.open(path, O_RDONLY).size() == 2)
    }

    @Test func aDatagramArrivesWithItsSendersProcess() throws {
        let folder = try TemporaryFolder()
        let socket = try UnixSocket.receiver(path: folder.path("n"))
        #expect(mode(folder.path("n")) == 0o600)
        let nothing = UnixSocket.receive(from: socket)
        #expect(nothing == nil)
        try UnixSocket.send(Array("READY=1".utf8), to: folder.path("n"))
        try UnixSocket.send([], to: folder.path("n"))
        let first = UnixSocket.receive(from: socket)
        #expect(first?.bytes == Array("READY=1".utf8))
        #expect(first?.sender == getpid())
        let second = UnixSocket.receive(from: socket)
        #expect(second?.bytes == [])
        let rest = UnixSocket.receive(from: socket)
        #expect(rest == nil)
    }

    @Test func aLongDatagramIsCut() throws {
        let folder = try TemporaryFolder()
        let socket = try UnixSocket.receiver(path: folder.path("n"))
        try UnixSocket.send([UInt8](repeating: 7, count: 10_000), to: folder.path("n"))
        try UnixSocket.send([8], to: folder.path("n"))
        let long = UnixSocket.receive(from: socket)
        #expect(long?.bytes == [UInt8](repeating: 7, count: 4096))
        let next = UnixSocket.receive(from: socket)
        #expect(next?.bytes == [8])
    }

    @Test func anAbstractNameIsReached() throws {
        let name = "@hearth-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let socket = FileDescriptor(owning: socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: [0] + Array(name.utf8.dropFirst()))
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count)
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket.number, $0, length) }
        }
        try #require(bound == 0)
        try UnixSocket.send([1, 2, 3], to: name)
        let datagram = UnixSocket.receive(from: socket)
        #expect(datagram?.bytes == [1, 2, 3])
    }

    @Test func pathsHaveAtMostTheBytesThatASocketHas() throws {
        let folder = try TemporaryFolder()
        let room = UnixSocket.longestPath - folder.path("").utf8.count
        let longest = folder.path(String(repeating: "x", count: room))
        #expect(longest.utf8.count == 107)
        do {
            let listener = try UnixSocket.listen(path: longest)
            #expect(listener.number >= 0)
            #expect(try UnixSocket.isServed(longest))
        }
        for path in [longest + "x", "", "@" + longest] {
            for attempt in [
                { _ = try UnixSocket.listen(path: path) }, { _ = try UnixSocket.receiver(path: path) },
                { try UnixSocket.send([1], to: path) },
            ] as [() throws -> Void] {
                let error = #expect(throws: SystemError.self, performing: attempt)
                #expect(error?.code == ENAMETOOLONG)
                #expect(error?.subject == path)
            }
        }
    }

    @Test func sendingToNobodyIsAnErrorThatNamesThePath() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: SystemError.self) { try UnixSocket.send([1], to: folder.path("none")) }
        #expect(error?.code == ENOENT)
        #expect(error?.subject == folder.path("none"))
    }
}
