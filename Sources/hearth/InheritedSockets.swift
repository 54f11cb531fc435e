import FunctionTypes
import Glibc
import WorkerProtocol

/// The listening sockets that systemd, or whoever speaks its protocol, opened for this host: one that requests arrive on,
/// and one of the control API, in any order. What kind a socket is of tells which it is.
struct InheritedSockets {
    var listener: CInt?
    var control: CInt?

    /// Takes them, and hides them from whatever this process starts.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest` where there are two of a kind.
    init() throws {
        let inherited = try ListenEnvironment(
            lookup: { getenv($0).map { String(cString: $0) } }, processID: getpid())
        for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] { unsetenv(name) }
        for entry in inherited.entries {
            if Self.isUnixSocket(entry.number) {
                guard control == nil else { throw Self.twoOf("control") }
                control = entry.number
            } else {
                guard listener == nil else { throw Self.twoOf("listening") }
                listener = entry.number
            }
        }
    }

    private static func isUnixSocket(_ descriptor: CInt) -> Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return result == 0 && address.ss_family == sa_family_t(AF_UNIX)
    }

    private static func twoOf(_ kind: String) -> HearthError {
        HearthError(
            .invalidRequest, "The host inherited two \(kind) sockets, and takes one.",
            remedy: "Give it one TCP socket for requests and one UNIX socket for the control API.")
    }
}
