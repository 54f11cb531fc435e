import Foundation
import Testing

extension IntegrationTests {
    /// The native worker by its contract alone.
    @Suite("Worker process") struct WorkerProcessTests {
        private let call = HTTPCall(target: "/invocations", body: Array(#"{"inputs":"the cat"}"#.utf8))

        @Test func itServesOnTheSocketItInherits() async throws {
            let worker = try LoneWorker()
            // The socket listens already, so nobody need wait for the worker to be ready.
            async let early = call.send(to: worker.place)
            let message = try await worker.message()
            #expect(message.contains("READY=1") && message.contains("X_HEARTH_LOAD_USEC="), "\(message)")
            let answer = try await early.decoded(Invocation.self)
            #expect(answer.outputs.map(\.count) == [TinyModel.width] && answer.function == "alone")
            #expect(answer.revision == String(repeating: "a", count: 64))
            for method in ["GET", "HEAD"] {
                #expect(
                    try await HTTPCall(method: method, target: "/ping").send(to: worker.place).status == 200)
            }
            #expect(
                try await call.send(to: worker.place).header("server-timing")?.contains("infer;dur=") == true)
            worker.process.send(SIGTERM)
            #expect(try await worker.message().contains("STOPPING=1"))
            #expect(try await worker.process.end() == .exited(0))
            #expect(worker.output.isEmpty, "\(worker.output)")
        }

        @Test func aConnectionServesManyRequests() async throws {
            let worker = try LoneWorker()
            let statuses = try await onOwnThread { [call] in
                let connection = try RawConnection(worker.place)
                return try (0..<20).map { _ in
                    connection.send(call.bytes)
                    return try connection.receiveReply()?.status
                }
            }
            #expect(statuses == [Int?](repeating: 200, count: 20))
        }

        @Test func terminationLetsTheRequestInFlightFinish() async throws {
            let worker = try LoneWorker(LoneWorker.Offer(environment: ["HEARTH_MAX_BODY": "10000000"]))
            _ = try await worker.message()
            let inputs = [String](repeating: "\"the cat sat on the cat sat\"", count: 2048).joined(
                separator: ",")
            let reply = try await onOwnThread {
                let connection = try RawConnection(worker.place)
                let bytes = HTTPCall(target: "/invocations", body: Array("{\"inputs\":[\(inputs)]}".utf8))
                    .bytes
                // The request has begun when the worker is told to end, and is complete only afterwards.
                connection.send(bytes.dropLast(10))
                usleep(100_000)
                worker.process.send(SIGTERM)
                usleep(100_000)
                connection.send(bytes.suffix(10))
                return try connection.receiveReply()
            }
            #expect(reply?.status == 200 && reply?.isComplete == true)
            #expect(try reply?.decoded(Invocation.self).outputs.count == 2048)
            #expect(try await worker.process.end() == .exited(0))
        }

        @Test func terminationClosesIdleConnectionsAndTakesNoNewOnes() async throws {
            let worker = try LoneWorker()
            _ = try await worker.message()
            let isClosed = try await onOwnThread { [call] in
                let connection = try RawConnection(worker.place)
                connection.send(call.bytes)
                _ = try connection.receiveReply()
                worker.process.send(SIGTERM)
                return try connection.receiveReply() == nil
            }
            #expect(isClosed)
            #expect(try await worker.process.end() == .exited(0))
        }

        @Test func itRefusesWhatItIsNotMadeFor() async throws {
            let worker = try LoneWorker()
            for (call, status) in [
                (HTTPCall.get("/invocations"), 405), (HTTPCall.get("/"), 404),
                (HTTPCall.post("/ping", ""), 405),
                (HTTPCall.post("/invocations", String(repeating: " ", count: 1001)), 413),
                (HTTPCall.post("/invocations", "{}"), 400),
            ] {
                let reply = try await call.send(to: worker.place)
                #expect(reply.status == status && reply.error != nil, "\(call.target): \(reply)")
            }
            #expect(try await call.send(to: worker.place).status == 200)
        }

        @Test func aValidModelIsJudgedValid() async throws {
            let offer = LoneWorker.Offer(environment: ["HEARTH_PURPOSE": "validate"])
            let worker = try LoneWorker(offer)
            #expect(try await worker.process.end() == .exited(0))
            #expect(worker.output.isEmpty, "\(worker.output)")
        }

        @Test(arguments: ["serve", "validate"])
        func anUnusableModelEndsItWith65(purpose: String) async throws {
            for model in [
                Array("This is not a model at all.".utf8), [], Array(TinyModel(seed: 1).bytes.dropLast(5000)),
            ] {
                let worker = try LoneWorker(
                    LoneWorker.Offer(model: model, environment: ["HEARTH_PURPOSE": purpose]))
                #expect(try await worker.process.end() == .exited(65))
                #expect(try await worker.message().contains("X_HEARTH_FAILURE="))
                #expect(
                    worker.output.hasPrefix("hearth-worker: ") && worker.output.hasSuffix("\n"),
                    "\(worker.output)")
            }
        }

        @Test(
            arguments: [
                ("no descriptors", ["LISTEN_FDS"], [:], "model"),
                ("no process number", ["LISTEN_PID"], [:], "model"),
                ("descriptors for another process", [], ["LISTEN_PID": "1"], "model"),
                ("a process number in words", [], ["LISTEN_PID": "me"], "LISTEN_PID"),
                ("a count in words", [], ["LISTEN_FDS": "two"], "LISTEN_FDS"),
                ("a negative count", [], ["LISTEN_FDS": "-1"], "LISTEN_FDS"),
                ("too few names", [], ["LISTEN_FDNAMES": "listener"], "LISTEN_FDNAMES"),
                ("no listener", [], ["LISTEN_FDNAMES": "other:model"], "listener"),
                ("no model", [], ["LISTEN_FDNAMES": "listener:other"], "model"),
                ("an unknown purpose", [], ["HEARTH_PURPOSE": "dance"], "HEARTH_PURPOSE"),
                ("an unknown task", [], ["HEARTH_TASK": "generate"], "HEARTH_TASK"),
                ("no threads", [], ["HEARTH_THREADS": "0"], "HEARTH_THREADS"),
                ("threads in words", [], ["HEARTH_THREADS": "many"], "HEARTH_THREADS"),
                ("a body of nothing", [], ["HEARTH_MAX_BODY": "0"], "HEARTH_MAX_BODY"),
            ] as [(String, Set<String>, [String: String], String)])
        func aBrokenContractEndsItWith64(
            name: String, without: Set<String>, environment: [String: String], mention: String
        ) async throws {
            let worker = try LoneWorker(LoneWorker.Offer(environment: environment, without: without))
            #expect(try await worker.process.end() == .exited(64), "\(worker.output)")
            #expect(
                worker.output.contains(mention) && worker.output.hasPrefix("hearth-worker: "),
                "\(worker.output)")
        }

        @Test func itNeedsNobodyToListenToItsMessages() async throws {
            let worker = try LoneWorker(LoneWorker.Offer(without: ["NOTIFY_SOCKET"]))
            #expect(try await call.send(to: worker.place).status == 200)
            worker.process.send(SIGTERM)
            #expect(try await worker.process.end() == .exited(0))
        }
    }
}
