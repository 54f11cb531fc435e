import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Who closes a descriptor, and when. Numbers are reused at once by whatever runs beside the test, so an end
/// that is closed is recognised by the other end of its pipe.
struct FileDescriptorTests {
    @Test func aDescriptorClosesWhenItsOwnerLetsGo() throws {
        let pipe = try Pipe()
        let readEnd = pipe.keepReadEnd()
        let end = readAvailable(readEnd)
        #expect(end == [], "the write end is closed, so the stream has ended")
    }

    @Test func aDuplicateKeepsTheFileOpen() throws {
        let pipe = try Pipe()
        do {
            let second = try pipe.writeEnd.duplicate()
            #expect(second.number != pipe.writeEnd.number)
            #expect(fcntl(second.number, F_GETFD) & FD_CLOEXEC != 0)
        }
        #expect(write(pipe.writeEnd.number, "x", 1) == 1, "the first is open although the second is closed")
        let bytes = readAvailable(pipe.readEnd)
        #expect(bytes == [UInt8(ascii: "x")])
    }

    @Test func whatIsReleasedStaysOpen() throws {
        let pipe = try Pipe()
        let number = try pipe.writeEnd.duplicate().release()
        let readEnd = pipe.keepReadEnd()
        let before = readAvailable(readEnd)
        #expect(before == nil, "somebody may still write")
        #expect(close(number) == 0)
        let after = readAvailable(readEnd)
        #expect(after == [])
    }

    @Test func filesAreOpenedWithCloseOnExec() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([1, 2, 3], to: "file")
        let file = try FileDescriptor.open(path, O_RDONLY)
        #expect(fcntl(file.number, F_GETFD) & FD_CLOEXEC != 0)
        #expect(try file.size() == 3)
    }

    @Test func aNewFileHasItsMode() throws {
        let folder = try TemporaryFolder()
        _ = try FileDescriptor.open(folder.path("new"), O_WRONLY | O_CREAT | O_EXCL)
        var status = stat()
        #expect(stat(folder.path("new"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func aMissingFileIsAnErrorThatNamesIt() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("missing")
        let error = #expect(throws: SystemError.self) { _ = try FileDescriptor.open(path, O_RDONLY) }
        #expect(error == SystemError("open", path, code: ENOENT))
        #expect(error?.description == "cannot open \(path): No such file or directory")
    }

    @Test func aCallThatASignalInterruptedIsRepeated() throws {
        var calls = 0
        let result = try retryingOnInterrupt("test", "nothing") {
            calls += 1
            errno = EINTR
            return calls < 3 ? -1 : 7
        }
        #expect(result == 7 && calls == 3)
        let error = #expect(throws: SystemError.self) {
            try retryingOnInterrupt("test", "something") {
                errno = EBADF
                return -1
            }
        }
        #expect(error == SystemError("test", "something", code: EBADF))
    }
}
