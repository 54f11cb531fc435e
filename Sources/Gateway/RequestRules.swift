import FunctionTypes
import NIOHTTP1

/// What every request's head must satisfy beyond what the HTTP parser checks. A header that two readers could
/// understand differently is refused: that is how requests are smuggled past a proxy.
enum RequestRules {
    /// Headers of which a request has one at most.
    private static let single = [
        "host", "content-length", "content-type", "transfer-encoding", "authorization", "x-api-key",
        "x-request-id", "expect", tenantHeader,
    ]

    /// - Throws: ``HearthError`` `.invalidRequest`, naming the header.
    static func check(_ head: HTTPRequestHead) throws(HearthError) {
        for name in single where head.headers[name].count > 1 {
            throw HearthError(
                .invalidRequest, "The header '\(name)' is there \(head.headers[name].count) times.")
        }
        if head.version != .http1_0 && head.version != .http0_9 && !head.headers.contains(name: "host") {
            throw HearthError(.invalidRequest, "The header 'host' is missing, and HTTP/1.1 requires it.")
        }
        if head.headers.contains(name: "content-length") && head.headers.contains(name: "transfer-encoding") {
            throw HearthError(
                .invalidRequest, "The headers 'content-length' and 'transfer-encoding' exclude each other.")
        }
        if let encoding = head.headers.first(name: "transfer-encoding") {
            guard encoding.lowercased() == "chunked", head.version == .http1_1 else {
                throw HearthError(
                    .invalidRequest, "The transfer encoding '\(encoding.prefix(40))' is not supported.",
                    remedy:
                        "Send the body with HTTP/1.1 and 'transfer-encoding: chunked', or with 'content-length'."
                )
            }
        }
        guard head.uri.hasPrefix("/") else {
            throw HearthError(.invalidRequest, "The request target is not a path that starts with '/'.")
        }
        guard head.uri.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw HearthError(.invalidRequest, "The request target has a control character.")
        }
        for encoding in head.headers["content-encoding"] where encoding.lowercased() != "identity" {
            throw HearthError(
                .invalidRequest, "The content encoding '\(encoding.prefix(40))' is not supported.",
                remedy: "Send the body uncompressed.")
        }
    }

    /// The header that says whose function a request is for.
    static let tenantHeader = "hearth-tenant"

    /// Whose function the request is for: the header's tenant, or the one that is there from the start. The listener is on
    /// loopback, where everybody is trusted.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest` where it cannot be a tenant's name.
    static func tenant(_ head: HTTPRequestHead) throws(HearthError) -> TenantID {
        guard let name = head.headers.first(name: tenantHeader) else { return .default }
        return try TenantID(name)
    }

    /// The length that the head announces; nil where it announces none.
    static func contentLength(_ head: HTTPRequestHead) -> Int? {
        head.headers.first(name: "content-length").flatMap { Int($0) }
    }

    /// The client's request id where it is fit for a log line, else a new one: 32 hexadecimal digits.
    static func requestID(_ head: HTTPRequestHead) -> String {
        if let given = head.headers.first(name: "x-request-id"), (1...128).contains(given.utf8.count),
            given.utf8.allSatisfy({ isPlain($0) })
        {
            return given
        }
        return newRequestID()
    }

    /// 32 hexadecimal digits that nobody has used before.
    static func newRequestID() -> String {
        [UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max)].map { number in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
