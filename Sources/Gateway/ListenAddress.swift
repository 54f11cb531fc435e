public import FunctionTypes
import NIOCore

/// Where the public listener is: a numeric address and a port.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// An IPv4 or IPv6 address in its usual notation, without brackets.
    public let host: String
    /// 0 lets the kernel choose.
    public let port: Int

    /// Where the host listens unless told otherwise.
    public static let standard = ListenAddress(host: "127.0.0.1", port: 8080)

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080` or `:8080`, which means loopback too.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest`, with the forms that are understood.
    public init(_ text: String) throws(HearthError) {
        let remedy = "Write it as 127.0.0.1:8080 or [::1]:8080."
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else {
            throw HearthError(
                .invalidRequest, "The listen address '\(text.prefix(80))' has no port.", remedy: remedy)
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.isEmpty || host == "localhost" { host = "127.0.0.1" }
        guard (try? SocketAddress(ipAddress: host, port: port)) != nil else {
            throw HearthError(
                .invalidRequest, "The listen address '\(text.prefix(80))' is not numeric.", remedy: remedy)
        }
        self.init(host: host, port: port)
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool {
        (try? SocketAddress(ipAddress: host, port: port)).map(Self.isLoopback) ?? false
    }

    /// Refuses what other machines can reach.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest` that says what to do instead.
    public func requireLoopback() throws(HearthError) {
        guard isLoopback else { throw .notLoopback(description) }
    }

    /// Whether only this machine can reach a socket bound there.
    static func isLoopback(_ address: SocketAddress) -> Bool {
        switch address {
        case .v4: address.ipAddress?.hasPrefix("127.") == true
        case .v6: address.ipAddress == "::1"
        case .unixDomainSocket: true
        }
    }

    /// As it is written.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
