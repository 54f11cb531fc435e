import Foundation
import Testing

extension IntegrationTests {
    /// What the host adds to a request and its answer, and what it keeps to itself.
    @Suite("Headers") struct HeaderTests {
        @Test func theWorkerGetsTheRequestWithoutCredentials() async throws {
            let (host, _) = try await RunningHost.withFakeWorker()
            var call = HTTPCall.invoke("fake", "head")
            call.target += "?verbose=1"
            call.headers += [
                ("authorization", "Bearer secret"), ("x-api-key", "secret"), ("cookie", "session=secret"),
                ("x-request-id", "mine-1"), ("x-own", "kept"), ("connection", "keep-alive, x-hop"),
                ("x-hop", "secret"),
                ("te", "trailers"), ("keep-alive", "timeout=5"),
            ]
            let reply = try await host.call(call)
            let head = reply.text.split(separator: "\n").map { $0.lowercased() }
            #expect(head.first == "post /invocations?verbose=1 http/1.1", "\(reply)")
            #expect(head.contains("x-own: kept") && head.contains("x-request-id: mine-1"), "\(reply)")
            #expect(
                head.contains("content-length: 4") && head.contains("content-type: application/json"),
                "\(reply)")
            #expect(!reply.text.contains("secret") && !reply.text.contains("trailers"), "\(reply)")
            #expect(reply.header("x-request-id") == "mine-1")
        }

        @Test func anUnfitRequestIDIsReplaced() async throws {
            let host = try await RunningHost(in: HostFolder())
            for id in ["", "a b", "a\"b", String(repeating: "x", count: 200), "naïve"] {
                let call = HTTPCall(method: "GET", target: "/healthz", headers: [("x-request-id", id)])
                let given = try #require(try await host.call(call).header("x-request-id"))
                #expect(given != id && given.count == 32 && given.allSatisfy(\.isHexDigit))
            }
        }

        @Test func everyAnswerTellsItsPhases() async throws {
            let host = try await RunningHost.withTinyModel()
            let cold = try await host.call(.invoke("tiny", #"{"inputs":"the cat"}"#))
            let warm = try await host.call(.post("/v1/embeddings", #"{"model":"tiny","input":"the cat"}"#))
            for reply in [cold, warm] {
                let phases = try #require(reply.header("server-timing")).split(separator: ",").map {
                    $0.split(separator: ";")[0].trimmingCharacters(in: .whitespaces)
                }
                #expect(phases == ["route", "queue", "activate", "load", "tokenize", "infer"], "\(reply)")
            }
            #expect(phase("activate", of: cold) > 0 && phase("load", of: cold) > 0, "\(cold)")
            #expect(phase("activate", of: warm) == 0 && phase("load", of: warm) == 0, "\(warm)")
        }

        private func phase(_ name: String, of reply: HTTPReply) -> Double {
            let timing = reply.header("server-timing") ?? ""
            let text = timing.components(separatedBy: "\(name);dur=").last?.prefix {
                $0 == "." || $0.isNumber
            }
            return text.flatMap { Double($0) } ?? -1
        }

        @Test func aBodyInChunksReachesTheWorkerWhole() async throws {
            let (host, _) = try await RunningHost.withFakeWorker()
            let reply = try await onOwnThread { [place = host.place] in
                let connection = try RawConnection(place)
                connection.send(
                    "POST /v1/functions/fake/invocations HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
                )
                for _ in 0..<40 {
                    connection.send("10000\r\n" + String(repeating: "x", count: 65536) + "\r\n")
                }
                connection.send("0\r\n\r\n")
                return try connection.receiveReply()
            }
            #expect(try reply?.decoded(FakeAnswer.self).bytes == 40 * 65536)
        }

        @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
            let host = try await RunningHost.withTinyModel()
            let targets = ["/healthz", "/v1/models", "/v1/models/tiny", "/healthz", "/v1/models/ghost"]
            let statuses = try await onOwnThread { [place = host.place] in
                let connection = try RawConnection(place)
                let invocation = HTTPCall.invoke("tiny", #"{"inputs":"the cat"}"#).bytes
                connection.send(targets.flatMap { HTTPCall.get($0).bytes + invocation })
                return try (0..<targets.count * 2).map { _ in try connection.receiveReply()?.status }
            }
            #expect(statuses == [200, 200, 200, 200, 200, 200, 200, 200, 404, 200])
        }

        @Test func modelsAreListedAsOpenAIDoes() async throws {
            let host = try await RunningHost.withTinyModel()
            struct Model: Decodable, Equatable {
                var id: String
                var object: String
            }
            struct Models: Decodable { var data: [Model] }
            let expected = Model(id: "tiny", object: "model")
            #expect(try await host.call(.get("/v1/models")).decoded(Models.self).data == [expected])
            #expect(try await host.call(.get("/v1/models/tiny")).decoded(Model.self) == expected)
            let head = try await host.call(HTTPCall(method: "HEAD", target: "/v1/models"))
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }
}
