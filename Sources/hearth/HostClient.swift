import Bundles
import FoundationEssentials
import FunctionTypes
import Gateway
import Glibc
import Host
import NIOCore
import NIOHTTP1

/// The host's control API as the command uses it.
struct HostClient {
    let control: String
    /// Headers that go with every request to the host.
    let headers: [(String, String)]

    /// - Parameters:
    ///   - path: what `--control` said, if anything.
    ///   - tenant: what `--tenant` said, if anything.
    init(control path: String?, tenant: String? = nil) {
        headers = tenant.map { [("hearth-tenant", $0)] } ?? []
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        control =
            path ?? variable("HEARTH_CONTROL")
            ?? HostConfiguration.defaultStateFolder(isRoot: geteuid() == 0, environment: variable)
            + "/control.sock"
    }

    /// Calls a route and reads the answer's JSON.
    func call<Answer: Decodable>(
        _ method: HTTPMethod, _ route: String, body: Data = Data(), as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try await connected { caller in
            let answer = try await caller.call(
                method, "/control/v1/\(route)", headers: headers + [("content-type", "application/json")],
                body: Array(body))
            return try Self.decode(answer)
        }
    }

    /// Calls a route whose answer says nothing but that it worked.
    func call(_ method: HTTPMethod, _ route: String) async throws {
        _ = try await call(method, route, as: Empty.self)
    }

    /// Connects to the control socket.
    func connected<Result>(_ body: (inout HTTPCaller) async throws -> Result) async throws -> Result {
        try await HTTPCaller.with(.unixSocket(control), body)
    }

    /// Connects to where the host takes requests.
    func publicPlace() async throws -> HTTPCaller.Place {
        let host: HostDescription = try await call(.GET, "host")
        guard let address = host.listen.first, let colon = address.lastIndex(of: ":"),
            let port = Int(address[address.index(after: colon)...])
        else { throw HostUnreachable(place: control, cause: "the host listens on no address") }
        let name = address[..<colon].filter { $0 != "[" && $0 != "]" }
        return .address(host: String(name), port: port)
    }

    /// Reads the answer's JSON, or throws the error that it tells.
    static func decode<Answer: Decodable>(
        _ answer: HTTPCaller.Answer, as type: Answer.Type = Answer.self
    ) throws -> Answer {
        try check(answer)
        return try JSONDecoder().decode(type, from: Data(answer.body.readableBytesView))
    }

    /// Throws the error that an answer tells, if it does.
    static func check(_ answer: HTTPCaller.Answer) throws {
        guard answer.head.status.code >= 300 else { return }
        let data = Data(answer.body.readableBytesView)
        guard let error = try? JSONDecoder().decode(ErrorAnswer.self, from: data).error else {
            throw HearthError(.internalError, "The host answered \(answer.head.status) without saying why.")
        }
        throw HearthError(
            HearthError.Code(rawValue: error.code) ?? .internalError, error.message, remedy: error.remedy)
    }

    private struct Empty: Decodable {}
}
