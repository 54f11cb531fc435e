import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// What only a machine with systemd shows. The suite runs inside a systemd that Scripts/private-systemd.sh starts, where
    /// everything that is written outside the repository and /tmp vanishes.
    @Suite(
        "Systemd",
        .enabled(
            if: RunningHost.activation == "systemd",
            "runs under Scripts/private-systemd.sh, which needs root, systemd and dbus"))
    struct SystemdTests {
        private let text = #"{"inputs":"the cat sat"}"#

        @Test func aWorkerIsASocketAndAServiceInTheSliceOfItsTenant() async throws {
            let host = try await RunningHost.withTinyModel()
            #expect(try await host.call(.invoke("tiny", text)).status == 200)
            let worker = try #require(try await host.workers().first)
            let service = try #require(Systemctl.unit(ofProcess: worker.pid))
            #expect(service.hasPrefix("hearth-worker-") && service.hasSuffix("-\(worker.id).service"))
            let socket = service.replacing(".service", with: ".socket")
            #expect(try Systemctl.property("Listen", of: socket).contains(worker.socket))
            #expect(try Systemctl.property("TriggerLimitBurst", of: socket) == "0")
            #expect(try Systemctl.property("Slice", of: service) == "hearth-default.slice")
            #expect(try Systemctl.property("StatusText", of: service) == "serving default/tiny")
            #expect(try Systemctl.property("WatchdogUSec", of: service) == "30s")
            #expect(try Systemctl.property("CPUQuotaPerSecUSec", of: service) == "1s")
            try await host.succeed("stop", "tiny")
            try await eventually("the end of both units") {
                try Systemctl.units("hearth-worker-*").filter { $0.contains("-\(worker.id).") }.isEmpty
            }
        }

        @Test func theSecurityScoreOfAWorkerIsAtMostAHalf() async throws {
            let host = try await RunningHost.withTinyModel()
            #expect(try await host.call(.invoke("tiny", text)).status == 200)
            let pid = try await host.workers().first?.pid
            #expect(try SecurityScore(ofUnit: #require(Systemctl.unit(ofProcess: pid))).value <= 0.5)
            let program = try host.folder.writeProgram("hostile", try builtProgram("HostileWorker"))
            try await host.deploy(program)
            #expect(try await host.call(.invoke("hostile", "describe")).status == 200)
            let hostile = try await host.workers().first { $0.function == "hostile" }?.pid
            #expect(try SecurityScore(ofUnit: #require(Systemctl.unit(ofProcess: hostile))).value <= 0.5)
        }

        @Test func theJournalHasTheOutputWithItsFieldsAndLogsShowsIt() async throws {
            let host = try await RunningHost(in: HostFolder())
            try await host.deploy(host.folder.writeProgram("hostile", try builtProgram("HostileWorker")))
            #expect(try await host.call(.invoke("hostile", "fill-log 3")).status == 200)
            let worker = try #require(try await host.workers().first)
            try await eventually("the worker's lines in the journal") {
                try Systemctl.journal("HEARTH_FUNCTION=default/hostile", "HEARTH_WORKER=\(worker.id)").count
                    >= 3
            }
            let fields = ["HEARTH_TENANT=default", "HEARTH_REVISION=\(worker.revision)"]
            #expect(try Systemctl.journal(fields[0], fields[1], "HEARTH_WORKER=\(worker.id)").count >= 3)
            try await eventually("the worker's lines by `hearth logs`") {
                let lines = try await host.succeed("logs", "hostile").output.split(separator: "\n")
                return lines.count { $0.contains("worker-\(worker.id) ") } >= 4
            }
            #expect(!FileManager.default.fileExists(atPath: "\(host.folder.state)/logs/default/hostile.log"))
        }

        @Test func aWorkerThatSystemdCannotSetUpSaysWhy() async throws {
            let host = try await RunningHost(in: HostFolder())
            let bundle = try host.folder.writeProgram(
                "broken", try builtProgram("HostileWorker"), command: "[/usr/bin/no-such-program]",
                lines: ["directories: [/usr]"])
            try await host.deploy(bundle)
            let reply = try await host.call(.invoke("broken", "describe"))
            #expect(reply.status == 503 && reply.error?.code == "worker_start_failed", "\(reply)")
            #expect(reply.error?.message.contains("exit status 203") == true, "\(reply)")
        }

        @Test func unitsOfAHostThatWasKilledEndWithTheNextOne() async throws {
            let host = try await RunningHost.withTinyModel()
            #expect(try await host.call(.invoke("tiny", text)).status == 200)
            let worker = try #require(try await host.workers().first)
            // Both halves at once, so that neither can clean up.
            try await host.process.killNow()
            let next = try await RunningHost(in: host.folder)
            try await eventually("the end of the old worker") { !isAlive(worker.pid ?? 0) }
            #expect(try await next.call(.invoke("tiny", text)).status == 200)
            try await next.shutDown()
            try await eventually("the end of all units") { try Systemctl.units("hearth-worker-*").isEmpty }
        }
    }
}
