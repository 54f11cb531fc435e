import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// A host that is nobody in particular: its sandboxes are made by user namespaces.
    @Suite(
        "Unprivileged host",
        .enabled(if: geteuid() == 0, "takes root to become nobody"),
        .enabled(if: RunningHost.activation == "direct", "only root may have systemd start workers"))
    struct UnprivilegedHostTests {
        @Test func everythingWorksAndIsWalledInWithoutRoot() async throws {
            let folder = try HostFolder()
            try FileManager.default.createDirectory(
                atPath: folder.path("own"), withIntermediateDirectories: true)
            #expect(chown(folder.path("own"), 65534, 65534) == 0)
            let state = folder.path("own/s")
            let process = try SpawnedProcess(
                [
                    "/usr/bin/env", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                    try builtProgram("hearth"), "serve", "--listen", "127.0.0.1:0", "--state-dir", state,
                    "--activation", "direct",
                ],
                in: folder, output: folder.log, errors: folder.log)
            let control = "\(state)/control.sock"
            var status: HostStatus?
            try await eventually("the host") {
                status = try? await HTTPCall.get("/control/v1/host").send(to: .path(control)).decoded()
                return status != nil || process.hasEnded
            }
            let port = try #require(
                UInt16(status?.listen.first?.split(separator: ":").last ?? ""), "\(folder.logText)")
            let tiny = try folder.writeBundle("tiny", model: TinyModel(seed: 1).bytes)
            let hostile = try folder.writeProgram("hostile", try builtProgram("HostileWorker"))
            for bundle in [tiny, hostile] {
                let result = try await hearth(["deploy", bundle, "--control", control])
                #expect(result.status == 0, "\(result)")
            }
            let reply = try await HTTPCall.invoke("tiny", #"{"inputs":"the cat"}"#).send(to: .port(port))
            #expect(reply.status == 200, "\(reply)")
            for attempt in [
                "unshare-user", "mount-tmpfs", "read-file \(state)/registry.sqlite",
                "unix-connect \(control)",
                "kill \(process.id) 9", "ptrace-attach \(process.id)", "tcp-connect 127.0.0.1 \(port)",
                "mmap-wx",
                "fork-bomb 5000", "write-everywhere", "setuid", "socket-family-sweep",
            ] {
                let report = try await HTTPCall.invoke("hostile", attempt).send(to: .port(port))
                    .decoded(AttemptReport.self)
                #expect(report.outcome == "refused", "\(attempt): \(report.detail)")
            }
            let itself = try await HTTPCall.invoke("hostile", "describe").send(to: .port(port))
                .decoded(AttemptReport.self).detail
            for mark in ["no_new_privs 1", "seccomp 2", "effective 0000000000000000", "folder /app"] {
                #expect(itself.contains(mark), "\(itself)")
            }
            process.send(SIGTERM)
            #expect(try await process.end(within: .seconds(30)) == .exited(0))
        }
    }
}
