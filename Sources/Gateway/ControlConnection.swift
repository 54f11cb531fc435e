import Artifacts
import Bundles
import FoundationEssentials
import FunctionTypes
import Host
import NIOCore
import NIOHTTP1
import NIOPosix
import Scheduling

/// One connection of the control socket: requests one after the other, answered by the host's own calls.
struct ControlConnection {
    typealias Requests = NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator
    typealias Responses = NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

    /// The most bytes of a JSON body: room for a deploy of as many files as a program may have, with the longest
    /// paths.
    static let longestJSON = 10 << 20

    let host: Host
    let describeHost: @Sendable () -> HostDescription

    func serve(_ inbound: NIOAsyncChannelInboundStream<HTTPServerRequestPart>, _ outbound: Responses)
        async throws
    {
        var requests = inbound.makeAsyncIterator()
        while let part = try await requests.next(isolation: #isolation) {
            guard case .head(let head) = part else { continue }
            let id = RequestRules.requestID(head)
            do {
                try RequestRules.check(head)
                let route = try ControlRoute(method: head.method, uri: head.uri)
                let tenant = try RequestRules.tenant(head)
                if case .logs(let name, let follow, let lines) = route {
                    let function = FunctionID(tenant: tenant, name: name)
                    return try await serveLogs(
                        function, follow: follow, lines: lines, id, &requests, outbound)
                }
                let body = try await answer(route, tenant, head, &requests)
                try await send(.ok, body, id, close: !head.isKeepAlive, outbound)
            } catch let error as ChannelError {
                throw error
            } catch {
                // The rest of the body was not read, so the connection cannot be used for another request.
                let error = error as? HearthError ?? HearthError(.internalError, "\(error)")
                let status = HTTPResponseStatus(statusCode: error.status)
                try await send(status, Data(error.json(requestID: id).utf8), id, close: true, outbound)
                try await discard(&requests)
                return
            }
            if !head.isKeepAlive { return }
        }
    }

    private func answer(
        _ route: ControlRoute, _ tenant: TenantID, _ head: HTTPRequestHead, _ requests: inout Requests
    ) async throws -> Data {
        switch route {
        case .upload(let digest):
            try await receiveBlob(digest, head, &requests)
            return Data("{}".utf8)
        case .deploy:
            let request = try WireJSON.decode(DeployRequest.self, from: await json(&requests))
            return try WireJSON.encode(await host.deploy(request, tenant: tenant))
        case .missingBlobs:
            let request = try WireJSON.decode(MissingBlobsRequest.self, from: await json(&requests))
            return try WireJSON.encode(
                MissingBlobsAnswer(missing: await host.missingBlobs(request.parsed())))
        default:
            _ = try await json(&requests)
            return try await answerWithoutBody(route, tenant)
        }
    }

    private func answerWithoutBody(_ route: ControlRoute, _ tenant: TenantID) async throws -> Data {
        switch route {
        case .host: return try WireJSON.encode(describeHost())
        case .workers:
            return try WireJSON.encode(
                WorkerList(workers: host.dispatcher.workers().map(WorkerDescription.init)))
        case .functions: return try WireJSON.encode(FunctionList(functions: functions(of: tenant)))
        case .function(let name):
            guard let function = functions(of: tenant).first(where: { $0.name == name.rawValue }) else {
                throw HearthError.functionUnknown(name)
            }
            return try WireJSON.encode(function)
        case .remove(let name):
            try await host.remove(FunctionID(tenant: tenant, name: name))
            return Data("{}".utf8)
        case .stop(let name):
            guard functions(of: tenant).contains(where: { $0.name == name.rawValue }) else {
                throw HearthError.functionUnknown(name)
            }
            await host.dispatcher.stop(FunctionID(tenant: tenant, name: name))
            return Data("{}".utf8)
        case .rollback(let name):
            return try WireJSON.encode(await host.rollback(FunctionID(tenant: tenant, name: name)))
        case .upload, .deploy, .missingBlobs, .logs: preconditionFailure("\(route) has a body or a stream")
        }
    }

    private func functions(of tenant: TenantID) -> [FunctionDescription] {
        let workers = Dictionary(grouping: host.dispatcher.workers(), by: \.record.key.function)
        return host.functions(of: tenant).map { summary in
            let id = FunctionID(tenant: summary.tenant, name: summary.name)
            return FunctionDescription(summary, workers: workers[id]?.count ?? 0)
        }
    }

    private func json(_ requests: inout Requests) async throws -> Data {
        var data = Data()
        while let part = try await requests.next(isolation: #isolation) {
            switch part {
            case .body(let buffer):
                guard data.count + buffer.readableBytes <= Self.longestJSON else {
                    throw HearthError(
                        .payloadTooLarge, "The request's body is larger than \(Self.longestJSON) bytes.")
                }
                data.append(contentsOf: buffer.readableBytesView)
            case .end: return data
            case .head: throw HearthError(.invalidRequest, "A request began before the one before it ended.")
            }
        }
        throw ChannelError.inputClosed
    }
}

extension HearthError {
    static func functionUnknown(_ name: FunctionName) -> HearthError {
        HearthError(
            .functionUnknown, "There is no function '\(name)'.",
            remedy: "`hearth list` shows what is deployed.")
    }
}
