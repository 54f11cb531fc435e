import CLinux
import Glibc

/// A pipe: bytes written to one end are read from the other.
public struct Pipe: ~Copyable, Sendable {
    /// The end to read from; does not block.
    public let readEnd: FileDescriptor
    /// The end to write to; blocks when the pipe is full.
    public let writeEnd: FileDescriptor

    /// Opens both ends. The C function is `pipe2`.
    ///
    /// - Throws: ``SystemError``.
    public init() throws(SystemError) {
        var ends: (read: CInt, write: CInt) = (-1, -1)
        try retryingOnInterrupt("create", "a pipe") { hearth_linux_pipe(&ends.read, &ends.write) }
        readEnd = FileDescriptor(owning: ends.read)
        writeEnd = FileDescriptor(owning: ends.write)
    }

    /// Closes the write end and keeps the other.
    public consuming func keepReadEnd() -> FileDescriptor { readEnd }
}

/// Takes the bytes that wait in a descriptor that does not block.
///
/// - Returns: at most `capacity` bytes; empty at the end of the stream; nil when nothing waits.
public func readAvailable(_ descriptor: borrowing FileDescriptor, capacity: Int = 16 * 1024) -> [UInt8]? {
    var length = 0
    let number = descriptor.number
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        length = read(number, buffer.baseAddress, capacity)
        count = max(0, length)
    }
    return length < 0 && (errno == EAGAIN || errno == EINTR) ? nil : bytes
}
