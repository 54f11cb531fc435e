import Foundation

/// Sockets of this machine that no worker may reach.
final class Listeners {
    private let tcp: LoopbackListener
    private let udp: CInt
    private let unix: CInt
    private let datagram: CInt
    private let abstract: CInt
    let path: String
    let datagramPath: String
    let abstractName = "hearth-test-\(getpid())"

    init(_ folder: HostFolder) throws {
        tcp = try LoopbackListener()
        udp = try Self.udpSocket(port: tcp.port)
        path = folder.path("listener.sock")
        unix = try boundUnixSocket(path, type: CInt(SOCK_STREAM.rawValue))
        listen(unix, 8)
        datagramPath = folder.path("datagram.sock")
        datagram = try boundUnixSocket(datagramPath, type: CInt(SOCK_DGRAM.rawValue))
        abstract = try Self.abstractSocket(abstractName)
        for path in [path, datagramPath] { chmod(path, 0o777) }
    }

    deinit { for descriptor in [udp, unix, datagram, abstract] { close(descriptor) } }

    /// Of the TCP and of the UDP socket.
    var port: UInt16 { tcp.port }

    /// Where something has come.
    var arrivals: [String] {
        let all = [
            ("tcp", tcp.descriptor), ("udp", udp), ("unix", unix), ("datagram", datagram),
            ("abstract", abstract),
        ]
        return all.filter { _, descriptor in
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, 0) > 0
        }.map(\.0)
    }

    private static func udpSocket(port: UInt16) throws -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return try bound(descriptor, place, MemoryLayout<sockaddr_in>.size)
    }

    /// As the hostile worker says names: no byte more than the name has.
    private static func abstractSocket(_ name: String) throws -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var place = sockaddr_un()
        place.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: [0] + name.utf8) }
        let size = MemoryLayout<sa_family_t>.size + 1 + name.utf8.count
        let result = try bound(descriptor, place, size)
        listen(result, 8)
        return result
    }

    private static func bound<Address>(_ descriptor: CInt, _ address: Address, _ size: Int) throws -> CInt {
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(size)) }
        }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return descriptor
    }
}
