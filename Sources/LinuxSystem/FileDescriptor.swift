import Glibc

/// An open file descriptor with one owner; closed when the owner lets go of it.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The descriptor's number, valid while this value lives.
    public let number: CInt

    /// Takes ownership of an open descriptor.
    public init(owning number: CInt) {
        precondition(number >= 0, "a descriptor number is never negative")
        self.number = number
    }

    deinit { close(number) }

    /// Gives the number away: the caller closes it from now on.
    public consuming func release() -> CInt {
        let number = self.number
        discard self
        return number
    }

    /// Opens a file, always with `O_CLOEXEC`. The C function is `open`.
    ///
    /// - Throws: ``SystemError``.
    public static func open(
        _ path: String, _ flags: CInt, mode: UInt32 = 0o600
    ) throws(SystemError) -> FileDescriptor {
        FileDescriptor(
            owning: try retryingOnInterrupt("open", path) { Glibc.open(path, flags | O_CLOEXEC, mode) })
    }

    /// A second descriptor for the same open file, with `O_CLOEXEC`. The C call is `fcntl(F_DUPFD_CLOEXEC)`.
    ///
    /// - Throws: ``SystemError``.
    public func duplicate() throws(SystemError) -> FileDescriptor {
        let number = self.number
        return FileDescriptor(
            owning: try retryingOnInterrupt("duplicate", "descriptor \(number)") {
                fcntl(number, F_DUPFD_CLOEXEC, 3)
            })
    }

    /// The size of the open file in bytes. The C function is `fstat`.
    ///
    /// - Throws: ``SystemError``.
    public func size() throws(SystemError) -> Int {
        let number = self.number
        var status = stat()
        try retryingOnInterrupt("read the size of", "descriptor \(number)") { fstat(number, &status) }
        return Int(status.st_size)
    }
}
