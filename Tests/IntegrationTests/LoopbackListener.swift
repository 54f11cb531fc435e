import Foundation

/// A listening TCP socket of the test's own, to be passed on.
final class LoopbackListener: Sendable {
    let descriptor: CInt
    let port: UInt16

    /// - Parameter address: in host order; 127.0.0.1 unless told otherwise.
    init(address: UInt32 = 0x7F00_0001) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = address.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = descriptor
        let result = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, length) == 0 && listen(number, 128) == 0
                    && getsockname(number, $0, &length) == 0
            }
        }
        guard result else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        port = UInt16(bigEndian: name.sin_port)
    }

    deinit { close(descriptor) }
}

/// A UNIX socket of either kind at a path.
func boundUnixSocket(_ path: String, type: CInt) throws -> CInt {
    let descriptor = socket(AF_UNIX, type | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return descriptor
}

/// Where readiness messages arrive.
final class DatagramReceiver: Sendable {
    private let descriptor: CInt

    init(path: String) throws {
        descriptor = try boundUnixSocket(path, type: CInt(SOCK_DGRAM.rawValue))
        // As a service manager's: whoever it started has dropped its privileges.
        chmod(path, 0o777)
        var time = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// The next datagram as text.
    func next() async throws -> String {
        try await onOwnThread { [self] in
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count >= 0 else { throw TookTooLong("a datagram") }
            return String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }
}
