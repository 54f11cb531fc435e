import Activation
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing
import WorkerProtocol

/// Workers from their start to their end, with scripts in their place.
struct StarterActivationTests {
    /// Sends datagrams as a worker does; the kernel vouches for the sender, so it must be the worker's own
    /// process.
    private static let notify = """
        #!/usr/bin/perl
        use Socket;
        socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
        sub notify { send($socket, $_[0], 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET})) or die "send: $!" }

        """

    @Test func outputComesBeforeTheEndAndInOrder() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        stage.start(1, try stage.script("#!/bin/sh\necho one\necho two >&2\nprintf last\nexit 3\n"))
        #expect(
            stage.events(untilEndOf: 1)
                == ["1 started", "1 prints one", "1 prints two", "1 prints last", "1 exited with status 3"])
    }

    @Test func messagesComeBeforeTheEnd() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        let program = try stage.script(
            Self.notify + "notify(\"READY=1\\nX_HEARTH_LOAD_USEC=5\"); notify(\"STATUS=bye\"); exit 0;")
        stage.start(1, program)
        #expect(
            stage.events(untilEndOf: 1)
                == [
                    "1 started", "1 says READY=1,X_HEARTH_LOAD_USEC=5", "1 says STATUS=bye",
                    "1 exited with status 0",
                ])
    }

    @Test func messagesAreHeardUnderTheWorkerTheyWereSentTo() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        let program = try stage.script("#!/bin/sh\necho up\nexec sleep 1000\n")
        for id in 1...2 as ClosedRange<UInt64> {
            stage.start(id, program)
            stage.events(until: "\(id) prints up")
        }
        try UnixSocket.send(Array("STATUS=a child speaks".utf8), to: stage.notifyPath(2))
        #expect(!stage.events(until: "2 says STATUS=a child speaks").contains { $0.hasPrefix("1 says") })
    }

    @Test func theEnvironmentIsTheContractAndNoMore() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        let model = try stage.folder.write([1], to: "model")
        stage.start(1, "/usr/bin/env", modelPath: model)
        let events = stage.events(untilEndOf: 1)
        let specification = WorkerSpecification(function: "default/f1", revision: "ab").environment
        let rest = [
            "LISTEN_FDS=2", "LISTEN_FDNAMES=listener:model", "NOTIFY_SOCKET=\(stage.notifyPath(1))",
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "LISTEN_PID=\(stage.processID(1) ?? 0)",
        ]
        #expect(Set(events.dropFirst().dropLast()) == Set((specification + rest).map { "1 prints \($0)" }))
    }

    @Test func theListenerAndTheModelAreInTheirPlaces() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        let model = try stage.folder.write(Array("weights".utf8), to: "model")
        let program = try stage.script(
            "#!/bin/sh\nreadlink /proc/$$/fd/3 | cut -c1-7\ncat <&4\necho\nsleep 1000\n")
        stage.start(1, program, modelPath: model)
        let events = stage.events(until: "1 prints weights")
        #expect(events.contains("1 prints socket:"))
        #expect(try UnixSocket.isServed(stage.socketPath(1)), "the socket listens, whatever the worker does")
        stage.activation.kill(1)
        #expect(stage.events(untilEndOf: 1).last == "1 was ended by signal 9 (Killed)")
        #expect(access(stage.socketPath(1), F_OK) != 0, "the socket goes with the worker")
    }

    @Test func aWorkerWithoutASocketHasItsModelFirst() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        let model = try stage.folder.write(Array("weights".utf8), to: "model")
        stage.start(
            1, try stage.script("#!/bin/sh\necho $LISTEN_FDNAMES\ncat <&3\n"), hasSocket: false,
            modelPath: model)
        let events = stage.events(untilEndOf: 1)
        #expect(events == ["1 started", "1 prints model", "1 prints weights", "1 exited with status 0"])
    }

    @Test func longLinesComeInPieces() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        stage.start(1, try stage.script("#!/bin/sh\nprintf '%010000d\\nshort\\n' 7\n"))
        let events = stage.events(untilEndOf: 1)
        #expect(
            events.dropFirst().map { $0.utf8.count - "1 prints ".utf8.count }.prefix(4) == [
                4096, 4096, 1808, 5,
            ])
    }

    @Test func aStopIsSIGTERM() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        stage.start(
            1,
            try stage.script(
                "#!/bin/sh\ntrap 'echo bye; exit 0' TERM\necho up\nwhile :; do sleep 0.02; done\n"))
        stage.events(until: "1 prints up")
        stage.activation.stop(1)
        #expect(
            stage.events(untilEndOf: 1) == [
                "1 started", "1 prints up", "1 prints bye", "1 exited with status 0",
            ])
    }

    @Test func aWorkerThatIsDeafToStopIsKilled() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        stage.start(1, try stage.script("#!/bin/sh\ntrap '' TERM\necho up\nwhile :; do sleep 0.02; done\n"))
        stage.events(until: "1 prints up")
        stage.activation.stop(1)
        stage.activation.stop(1)
        stage.activation.kill(1)
        #expect(stage.events(untilEndOf: 1).last == "1 was ended by signal 9 (Killed)")
        // Nobody is there any more, and nothing happens.
        stage.activation.stop(1)
        stage.activation.kill(1)
        stage.activation.kill(99)
    }

    @Test func whatCannotStartIsTheOnlyEvent() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        stage.start(1, stage.folder.path("missing"))
        stage.start(2, "/bin/true", modelPath: stage.folder.path("no-model"))
        #expect(
            stage.events(untilEndOf: 1, 2).sorted() == [
                "1 failed: cannot execute \(stage.folder.path("missing")): No such file or directory",
                "2 failed: cannot open \(stage.folder.path("no-model")): No such file or directory",
            ])
        #expect(access(stage.socketPath(1), F_OK) != 0)
        #expect(access(stage.socketPath(2), F_OK) != 0)
    }

    @Test func aSocketPathThatIsTooLongIsAFailure() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        let path = stage.folder.path(String(repeating: "x", count: 108))
        stage.activation.start(
            WorkerStart(
                id: 1, plan: SandboxPlan(tenant: "a", program: .native, memory: 1 << 30, threads: 1),
                specification: WorkerSpecification(function: "f", revision: ""),
                socketPath: path))
        #expect(stage.events(untilEndOf: 1) == ["1 failed: cannot name a socket \(path): File name too long"])
    }

    @Test func manyWorkersRunSideBySide() throws {
        let stage = try Stage()
        defer { stage.activation.shutDown() }
        let program = try stage.script(
            "#!/bin/sh\necho \"$HEARTH_FUNCTION\"\nexit ${HEARTH_FUNCTION##*[!0-9]}\n")
        let ids = Array(1...60 as ClosedRange<UInt64>)
        for id in ids { stage.start(id, program) }
        var events: [String] = []
        for id in ids { events = stage.events(untilEndOf: id) }
        for id in ids {
            let own = events.filter { $0.hasPrefix("\(id) ") }
            #expect(
                own == ["\(id) started", "\(id) prints default/f\(id)", "\(id) exited with status \(id)"])
            #expect(access(stage.socketPath(id), F_OK) != 0)
        }
    }
}
