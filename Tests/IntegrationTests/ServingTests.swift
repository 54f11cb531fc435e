import Foundation
import Testing

extension IntegrationTests {
    /// How a host starts, what it refuses to start with, and how it ends.
    @Suite("Serving") struct ServingTests {
        /// Starts a host that is expected to end by itself.
        private func refused(
            _ folder: HostFolder, _ arguments: [String], descriptors: [CInt] = []
        ) async throws -> CommandResult {
            let (output, errors) = (folder.path("refused"), folder.path("refused.errors"))
            let process = try SpawnedProcess(
                [try builtProgram("hearth"), "serve"] + arguments, in: folder, descriptors: descriptors,
                output: output,
                errors: errors)
            let ending = try await process.end(within: .seconds(20))
            return CommandResult(ending: ending, output: text(of: output), errors: text(of: errors))
        }

        @Test(arguments: ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"])
        func anAddressThatOthersReachIsRefused(address: String) async throws {
            let folder = try HostFolder()
            let result = try await refused(folder, ["--listen", address, "--state-dir", folder.state])
            #expect(result.status == 5, "\(result)")
            #expect(result.errors.contains("127.0.0.1") && result.errors.contains("proxy"), "\(result)")
        }

        @Test func loopbackOfEitherFamilyIsServed() async throws {
            let host = try await RunningHost(in: HostFolder(), listen: ":0")
            #expect(try await host.call(.get("/healthz")).status == 200)
            #expect(try await host.call(.get("/readyz")).status == 200)
        }

        @Test func aSecondHostOnTheSameStateIsRefused() async throws {
            let host = try await RunningHost.withTinyModel()
            let result = try await refused(
                host.folder, ["--listen", "127.0.0.1:0", "--state-dir", host.folder.state])
            #expect(result.status == 1 && result.errors.contains(host.folder.state), "\(result)")
            #expect(try await host.call(.invoke("tiny", #"{"inputs":"a"}"#)).status == 200)
            #expect(try await host.run("list").status == 0, "the control socket is still the first host's")
        }

        @Test func aPortThatIsTakenIsNamed() async throws {
            let host = try await RunningHost(in: HostFolder())
            let folder = try HostFolder()
            let result = try await refused(
                folder, ["--listen", "127.0.0.1:\(host.port)", "--state-dir", folder.state])
            #expect(result.status == 5 && result.errors.contains(":\(host.port)"), "\(result)")
            #expect(folder.names(in: "run").isEmpty && !folder.names(in: ".").contains("control.sock"))
        }

        @Test(arguments: [
            ("lisen: 127.0.0.1:0", "lisen"), ("listen: [a, b]", "listen"), ("stateDir: relative", "stateDir"),
            ("- a list", "mapping"), ("listen: 'unclosed", "YAML"), ("listen: nowhere", "nowhere"),
        ])
        func aWrongConfigurationNamesTheKey(text: String, mention: String) async throws {
            let folder = try HostFolder()
            let file = try folder.write(text.utf8, to: "hearth.yaml")
            let result = try await refused(folder, ["--config", file])
            #expect(result.status == 5 && result.errors.contains(mention), "\(result)")
        }

        @Test func theConfigurationFileIsReadAndTheCommandLineOverridesIt() async throws {
            let folder = try HostFolder()
            let file = try folder.write(
                "listen: 127.0.0.1:1\nstateDir: /nonexistent/hearth\n".utf8, to: "hearth.yaml")
            let host = try await RunningHost(in: folder, arguments: ["--config", file])
            #expect(host.port != 1 && folder.names(in: ".").contains("registry.sqlite"))
        }

        @Test func anInheritedSocketIsAdopted() async throws {
            let folder = try HostFolder()
            let listener = try LoopbackListener()
            // Whoever calls before the host exists is answered too: the socket listens already.
            async let early = HTTPCall.get("/healthz").send(to: .port(listener.port))
            let process = try inheriting(listener, folder)
            let status = try await RunningHost.awaitStatus(process, folder)
            #expect(status.listen == ["127.0.0.1:\(listener.port)"])
            #expect(try await early.status == 200)
            try await process.killNow()
            // The socket outlives the host, so the next one goes on with it.
            async let between = HTTPCall.get("/healthz").send(to: .port(listener.port))
            let next = try inheriting(listener, folder)
            #expect(try await between.status == 200)
            next.send(SIGTERM)
            #expect(try await next.end() == .exited(0))
        }

        @Test func anInheritedSocketThatOthersReachIsRefused() async throws {
            let folder = try HostFolder()
            let listener = try LoopbackListener(address: 0)
            let process = try inheriting(listener, folder)
            #expect(try await process.end() == .exited(5))
            #expect(folder.logText.contains("0.0.0.0") && folder.logText.contains("proxy"))
        }

        /// systemd tells a service its own process number; the shell knows it before `exec` makes it the
        /// host's.
        private func inheriting(_ listener: LoopbackListener, _ folder: HostFolder) throws -> SpawnedProcess {
            let script =
                "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" serve --state-dir \"$1\" --listen 127.0.0.1:1"
            return try SpawnedProcess(
                ["/bin/sh", "-c", script, builtProgram("hearth"), folder.state],
                in: folder, descriptors: [listener.descriptor], output: folder.log, errors: folder.log)
        }

        @Test func readinessIsToldToTheServiceManager() async throws {
            let folder = try HostFolder()
            let receiver = try DatagramReceiver(path: folder.path("notify.sock"))
            var environment = SpawnedProcess.inheritedEnvironment
            environment["NOTIFY_SOCKET"] = folder.path("notify.sock")
            let process = try SpawnedProcess(
                [
                    try builtProgram("hearth"), "serve", "--listen", "127.0.0.1:0", "--state-dir",
                    folder.state,
                ],
                in: folder, environment: environment, output: folder.log, errors: folder.log)
            #expect(try await receiver.next().contains("READY=1"))
            process.send(SIGTERM)
            #expect(try await receiver.next().contains("STOPPING=1"))
            #expect(try await process.end() == .exited(0))
        }

        @Test func terminationLetsRequestsFinishAndLeavesNothing() async throws {
            let (host, program) = try await RunningHost.withFakeWorker()
            let kept = try await onOwnThread { [place = host.place] in
                let connection = try RawConnection(place)
                connection.send(HTTPCall.get("/healthz").bytes)
                _ = try connection.receiveReply()
                return connection
            }
            async let slow = host.call(.invoke("fake", "sleep 1000"))
            try await eventually("a request in flight") { try await host.workers().first?.inFlight == 1 }
            host.process.send(SIGTERM)
            try await eventually("the refusal of new connections") {
                (try? await HTTPCall.get("/readyz").send(to: host.place)) == nil
            }
            let late = try await onOwnThread {
                kept.send(HTTPCall.invoke("fake", "hello").bytes)
                return try kept.receiveReply()
            }
            #expect(
                late?.status == 503 && late?.error?.code == "shutting_down", "\(String(describing: late))")
            #expect(try await slow.status == 200)
            #expect(try await host.process.end(within: .seconds(30)) == .exited(0))
            #expect(program.starts.allSatisfy { !isAlive($0) })
            #expect(host.folder.sockets.isEmpty && !host.folder.names(in: ".").contains("control.sock"))
        }

        @Test func workersEndWithAHostThatIsKilled() async throws {
            let host = try await RunningHost.withTinyModel()
            _ = try await host.call(.invoke("tiny", #"{"inputs":"a"}"#))
            let process = try #require(try await host.workers().first?.pid)
            try await host.process.killNow()
            try await eventually("the end of the orphan") { !isAlive(process) }
            let next = try await RunningHost(in: host.folder)
            #expect(host.folder.sockets.isEmpty, "sockets of the dead are gone")
            #expect(try await next.call(.invoke("tiny", #"{"inputs":"a"}"#)).status == 200)
        }
    }
}
