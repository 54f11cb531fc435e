import CLinux
import Glibc

/// Sockets named by a path in the file system.
public enum UnixSocket {
    /// The longest path that `sockaddr_un` holds, without its terminating zero.
    public static let longestPath = 107

    /// A listening stream socket at a path; a socket file left there by a dead process is replaced.
    ///
    /// - Throws: ``SystemError``.
    public static func listen(
        path: String, mode: UInt32 = 0o600, backlog: CInt = 4096
    ) throws(SystemError) -> FileDescriptor {
        let socket = try bound(path: path, type: CInt(SOCK_STREAM.rawValue), mode: mode)
        try retryingOnInterrupt("listen on", path) { Glibc.listen(socket.number, backlog) }
        return socket
    }

    /// A datagram socket at a path, which learns the process id of each sender.
    ///
    /// - Throws: ``SystemError``.
    public static func receiver(path: String, mode: UInt32 = 0o600) throws(SystemError) -> FileDescriptor {
        let socket = try bound(path: path, type: CInt(SOCK_DGRAM.rawValue), mode: mode)
        try retryingOnInterrupt("ask for credentials on", path) {
            hearth_linux_pass_credentials(socket.number)
        }
        return socket
    }

    /// Takes one waiting datagram of at most 4 KiB, or nil when none waits.
    ///
    /// - Returns: the bytes, and the sender's process id as the kernel vouches for it.
    public static func receive(
        from socket: borrowing FileDescriptor
    ) -> (bytes: [UInt8], sender: Int32)? {
        var sender: pid_t = 0
        var length = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            length = hearth_linux_receive_with_sender(
                socket.number, buffer.baseAddress!, buffer.count, &sender)
            count = max(0, length)
        }
        return length < 0 ? nil : (bytes, sender)
    }

    /// Sends one datagram to a path, or to an abstract name that starts with `@`.
    ///
    /// - Throws: ``SystemError``.
    public static func send(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let socket = try open(type: CInt(SOCK_DGRAM.rawValue), path: path)
        let (address, length) = try self.address(path)
        try retryingOnInterrupt("send a datagram to", path) {
            withAddress(address) { sendto(socket.number, bytes, bytes.count, CInt(MSG_NOSIGNAL), $0, length) }
        }
    }

    /// A stream connection to whoever listens at a path, or will; reading from it does not block.
    ///
    /// - Throws: ``SystemError``; `EAGAIN` where the queue there is full.
    public static func connect(path: String) throws(SystemError) -> FileDescriptor {
        let socket = try open(type: CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), path: path)
        let (address, length) = try self.address(path)
        try retryingOnInterrupt("connect to", path) {
            withAddress(address) { Glibc.connect(socket.number, $0, length) }
        }
        return socket
    }

    /// Writes a few bytes, fewer than a socket's buffer holds.
    ///
    /// - Throws: ``SystemError``.
    public static func write(_ bytes: [UInt8], to socket: borrowing FileDescriptor) throws(SystemError) {
        let number = socket.number
        try retryingOnInterrupt("write to", "a socket") {
            Glibc.send(number, bytes, bytes.count, CInt(MSG_NOSIGNAL))
        }
    }

    private static func bound(path: String, type: CInt, mode: UInt32) throws(SystemError) -> FileDescriptor {
        let socket = try open(type: type, path: path)
        let (address, length) = try self.address(path)
        try removeStale(path)
        try retryingOnInterrupt("bind", path) { withAddress(address) { bind(socket.number, $0, length) } }
        try retryingOnInterrupt("set the mode of", path) { chmod(path, mode) }
        return socket
    }

    /// Whether somebody accepts connections at a path.
    ///
    /// - Throws: ``SystemError`` where no socket can be made to try it.
    public static func isServed(_ path: String) throws(SystemError) -> Bool {
        let socket = try open(type: CInt(SOCK_STREAM.rawValue), path: path)
        let (address, length) = try self.address(path)
        return withAddress(address) { Glibc.connect(socket.number, $0, length) } == 0
    }

    /// Removes a socket that a process left behind, and nothing that is no socket.
    private static func removeStale(_ path: String) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SystemError("put a socket at", path, code: EEXIST)
        }
        unlink(path)
    }

    private static func open(type: CInt, path: String) throws(SystemError) -> FileDescriptor {
        FileDescriptor(
            owning: try retryingOnInterrupt("create a socket for", path) {
                socket(AF_UNIX, type | CInt(SOCK_CLOEXEC.rawValue), 0)
            })
    }

    private static func address(_ path: String) throws(SystemError) -> (sockaddr_un, socklen_t) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= longestPath else {
            throw SystemError("name a socket", path, code: ENAMETOOLONG)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // An abstract name starts with a zero byte, and its length counts.
        if bytes[0] == UInt8(ascii: "@") { address.sun_path.0 = 0 }
        let head = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)!
        return (address, socklen_t(head + bytes.count + (bytes[0] == UInt8(ascii: "@") ? 0 : 1)))
    }

    private static func withAddress<Result>(
        _ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>) -> Result
    ) -> Result {
        withUnsafePointer(to: address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
    }
}
