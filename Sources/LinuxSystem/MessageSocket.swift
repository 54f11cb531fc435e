import CLinux
import Glibc

/// One end of a connection between two processes that carries whole messages, with open descriptors if need be. The C
/// type is a `SOCK_SEQPACKET` socket of `AF_UNIX`.
public struct MessageSocket: ~Copyable, Sendable {
    /// The most bytes of a message.
    public static let longestMessage = 128 * 1024

    /// Polls readable when a message waits, and when the other end is gone.
    public let descriptor: FileDescriptor

    /// Takes an end that was inherited.
    public init(owning descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Both ends of a new connection.
    public struct Pair: ~Copyable, Sendable {
        /// The end that this process keeps.
        public let own: MessageSocket
        /// The end that another process is given.
        public let other: FileDescriptor

        /// Connects the two.
        ///
        /// - Throws: ``SystemError``.
        public init() throws(SystemError) {
            var (one, other): (CInt, CInt) = (-1, -1)
            try retryingOnInterrupt("create", "a socket pair") { hearth_linux_socket_pair(&one, &other) }
            own = MessageSocket(owning: FileDescriptor(owning: one))
            self.other = FileDescriptor(owning: other)
        }

        /// Closes the other end and keeps this one.
        public consuming func keepOwn() -> MessageSocket { own }
    }

    /// Sends one message; blocks while the other end's buffer is full. The caller keeps its descriptors, at most 16.
    ///
    /// - Throws: ``SystemError``; `EPIPE` where the other end is gone.
    public func send(_ bytes: [UInt8], descriptors: [CInt] = []) throws(SystemError) {
        let number = descriptor.number
        try retryingOnInterrupt("send a message to", "the other process") {
            descriptors.withUnsafeBufferPointer { numbers in
                var none: CInt = -1
                return withUnsafePointer(to: &none) { empty in
                    hearth_linux_send_descriptors(
                        number, bytes, bytes.count, numbers.baseAddress ?? empty, numbers.count)
                }
            }
        }
    }

    /// Ends the connection for both sides. The C function is `shutdown`.
    public func hangUp() { _ = shutdown(descriptor.number, CInt(SHUT_RDWR)) }

    /// What a receiver finds.
    public enum Received: Sendable {
        /// A message; whoever gets it owns the descriptors.
        case message([UInt8], descriptors: [CInt])
        /// Nothing waits.
        case nothing
        /// The other end is gone.
        case end
    }

    /// Takes a waiting message; does not block. One that is too long counts as the end: nobody sends such.
    public func receive() -> Received {
        let number = descriptor.number
        var numbers = [CInt](repeating: -1, count: 16)
        var numberCount = 0
        var length = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.longestMessage) { buffer, count in
            repeat {
                length = hearth_linux_receive_descriptors(
                    number, buffer.baseAddress!, buffer.count, &numbers, &numberCount)
            } while length < 0 && errno == EINTR
            count = max(0, length)
        }
        if length < 0 { return errno == EAGAIN ? .nothing : .end }
        return length == 0 ? .end : .message(bytes, descriptors: Array(numbers.prefix(numberCount)))
    }
}
