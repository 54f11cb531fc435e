import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Hearth as `make install` puts it on a machine with systemd.
    @Suite(
        "Installed host",
        .enabled(
            if: RunningHost.activation == "systemd",
            "runs under Scripts/private-systemd.sh, which needs root, systemd and dbus"))
    struct InstalledHostTests {
        private let place = RawConnection.Place.port(8080)

        private func make(_ arguments: String...) throws {
            let built = try URL(filePath: builtProgram("hearth")).deletingLastPathComponent().path
            let run = try CommandRun(
                ["make", "-o", "build", "BUILT=\(built)"] + arguments, in: repositoryRoot, mergingErrors: true
            )
            guard run.status == 0 else { throw Systemctl.Failed(description: run.text) }
        }

        private func installed(_ body: (HostFolder) async throws -> Void) async throws {
            try make("install")
            try Systemctl.run("systemctl", "start", "hearth.socket")
            do {
                let folder = try HostFolder()
                let bundle = try folder.writeBundle("tiny", model: TinyModel(seed: 1).bytes)
                let deployed = try await hearth(["deploy", bundle, "--control", "/run/hearth/control.sock"])
                #expect(deployed.status == 0, "\(deployed)")
                try await body(folder)
            } catch {
                try? make("uninstall")
                throw error
            }
            try make("uninstall")
            #expect(!FileManager.default.fileExists(atPath: "/usr/local/bin/hearth"))
            #expect(!FileManager.default.fileExists(atPath: "/usr/local/lib/systemd/system/hearth.service"))
            #expect(FileManager.default.fileExists(atPath: "/var/lib/hearth/registry.sqlite"), "data is kept")
        }

        private func call() async throws -> HTTPReply {
            try await HTTPCall.invoke("tiny", #"{"inputs":"the cat"}"#).send(to: place)
        }

        @Test func theFirstConnectionStartsTheHostAndItIsHardened() async throws {
            try await installed { _ in
                #expect(try await call().status == 200)
                #expect(try SecurityScore(ofUnit: "hearth.service").value <= 2.0)
                let process = try Systemctl.property("MainPID", of: "hearth.service")
                let status = text(of: "/proc/\(process)/status")
                #expect(status.contains("CapEff:\t0000000000000000") && !status.contains("Uid:\t0\t"))
                #expect(status.contains("NoNewPrivs:\t1"))
            }
        }

        /// Connections are made all the time while the host is killed and restarted. None may be refused; one that the
        /// host had accepted when it was killed may be cut.
        @Test func noConnectionIsRefusedWhileTheHostIsKilledAndRestarted() async throws {
            try await installed { _ in
                let attempts = Task {
                    try await onOwnThread { [place] in ConnectionCounts(place, for: .seconds(5)) }
                }
                for round in 0..<5 {
                    try await Task.sleep(for: .milliseconds(800))
                    if round % 2 == 0 {
                        try Systemctl.run("systemctl", "kill", "--signal=KILL", "hearth.service")
                    } else {
                        try Systemctl.run("systemctl", "restart", "hearth.service")
                    }
                }
                let counts = try await attempts.value
                #expect(counts.refused == 0 && counts.answered > 50, "\(counts)")
                #expect(counts.cut <= 5, "\(counts)")
                #expect(try await call().status == 200)
            }
        }

        @Test func anIdleHostEndsAndTheNextCallStartsIt() async throws {
            try await installed { folder in
                let options =
                    "--activation systemd --control /run/hearth/control.sock --state-dir /var/lib/hearth"
                let unit =
                    "[Service]\nExecStart=\nExecStart=/usr/local/bin/hearth serve \(options) --idle-exit 1s\n"
                try Systemctl.run("mkdir", "-p", "/run/systemd/system/hearth.service.d")
                try Data(unit.utf8).write(to: URL(filePath: "/run/systemd/system/hearth.service.d/idle.conf"))
                try Systemctl.run("systemctl", "daemon-reload")
                try Systemctl.run("systemctl", "restart", "hearth.service")
                #expect(try await call().status == 200)
                let stopped = try await hearth(["stop", "tiny", "--control", "/run/hearth/control.sock"])
                #expect(stopped.status == 0)
                try await eventually("the end of the idle host") {
                    try Systemctl.property("ActiveState", of: "hearth.service") == "inactive"
                }
                #expect(try Systemctl.property("Result", of: "hearth.service") == "success")
                #expect(try await call().status == 200)
                try Systemctl.run("rm", "-r", "/run/systemd/system/hearth.service.d")
                try Systemctl.run("systemctl", "daemon-reload")
            }
        }
    }
}

/// What became of connections that were made one after the other.
struct ConnectionCounts: Sendable {
    var answered = 0
    var refused = 0
    /// Accepted, and ended without an answer.
    var cut = 0

    init(_ place: RawConnection.Place, for duration: Duration) {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            do {
                let connection = try RawConnection(place)
                connection.send(HTTPCall.get("/healthz").bytes)
                if try connection.receiveReply()?.status == 200 { answered += 1 } else { cut += 1 }
            } catch let error as POSIXError where error.code == .ECONNREFUSED {
                refused += 1
            } catch {
                cut += 1
            }
        }
    }
}
