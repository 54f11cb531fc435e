import Foundation
import Testing

extension IntegrationTests {
    /// Whatever comes in, the answer names what is wrong, the host goes on, and nothing is left behind.
    @Suite("Malformed input") struct MalformedInputTests {
        @Test func requestsThatAreWrongAsHTTP() async throws {
            let host = try await RunningHost.withTinyModel()
            let harm = try await Harm(host)
            for request in MalformedRequests.all {
                let reply = try await onOwnThread { [place = host.place] in
                    let connection = try RawConnection(place, patience: .seconds(20))
                    connection.send(request.bytes)
                    if request.endsEarly { connection.finishSending() }
                    return try connection.receiveReply()
                }
                guard !request.statuses.isEmpty else {
                    #expect(
                        reply == nil || reply?.status == 400, "\(request.name): \(String(describing: reply))")
                    continue
                }
                guard let reply else {
                    Issue.record("\(request.name): the connection ended without an answer")
                    continue
                }
                #expect(request.statuses.contains(reply.status), "\(request.name): \(reply)")
                #expect(says(reply.errorText, request.mentions), "\(request.name): \(reply)")
                #expect(reply.error?.message.isEmpty == false, "\(request.name): \(reply)")
            }
            try await harm.expectNone()
        }

        @Test func invocationsThatTheFunctionCannotTake() async throws {
            let host = try await RunningHost.withTinyModel()
            let harm = try await Harm(host)
            for body in MalformedBodies.invocations {
                let reply = try await send(body, to: "/v1/functions/tiny/invocations", host)
                #expect(reply.error?.type == nil, "\(body.name): Hearth's own shape")
            }
            try await harm.expectNone()
        }

        @Test func embeddingsThatTheFunctionCannotTake() async throws {
            let host = try await RunningHost.withTinyModel()
            let harm = try await Harm(host)
            for body in MalformedBodies.embeddings {
                let reply = try await send(body, to: "/v1/embeddings", host)
                #expect(reply.error?.type != nil, "\(body.name): OpenAI's shape: \(reply)")
            }
            try await harm.expectNone()
        }

        private func send(_ body: MalformedBody, to target: String, _ host: RunningHost) async throws
            -> HTTPReply
        {
            let call = HTTPCall(
                target: target, headers: [("content-type", "application/json")], body: body.body)
            let reply = try await host.call(call)
            #expect(reply.status == body.status, "\(body.name): \(reply)")
            #expect(says(reply.errorText, body.mentions), "\(body.name): \(reply)")
            #expect(reply.error?.message.isEmpty == false, "\(body.name): \(reply)")
            return reply
        }

        @Test func manifestsThatBreakARule() async throws {
            let host = try await RunningHost.withTinyModel()
            let harm = try await Harm(host)
            for manifest in MalformedManifest.all {
                let bundle = try manifest.write(to: host.folder)
                let result = try await host.run("deploy", bundle)
                #expect(result.status == 5, "\(manifest.name): \(result)")
                #expect(says(result.errors, manifest.mentions), "\(manifest.name): \(result)")
            }
            try await harm.expectNone()
        }

        @Test func modelFilesThatCannotBeUsed() async throws {
            let host = try await RunningHost.withTinyModel()
            let harm = try await Harm(host)
            for file in MalformedModels.all {
                let bundle = try host.folder.writeBundle("bad", model: file.bytes)
                let result = try await host.run("deploy", bundle)
                #expect(result.status == 5, "\(file.name): \(result)")
                #expect(says(result.errors, file.mentions), "\(file.name): \(result)")
                #expect(
                    !result.errors.contains("signal"),
                    "\(file.name): the validating worker crashed: \(result)")
            }
            try await harm.expectNone()
        }
    }
}

/// Whether a text contains another, in any case of letters; every text contains the empty one.
private func says(_ text: String, _ part: String) -> Bool {
    part.isEmpty || text.localizedCaseInsensitiveContains(part)
}
