import Foundation
import Testing

extension IntegrationTests {
    /// Bad input on the control socket.
    @Suite("Control input") struct ControlInputTests {
        @Test func whatTheControlAPIRefusesLeavesNothing() async throws {
            let host = try await RunningHost.withTinyModel()
            let harm = try await Harm(host)
            let blobs = host.folder.blobs
            for (name, call, status, mention) in Self.refused(blobs) {
                let reply = try await host.control(call)
                #expect(reply.status == status, "\(name): \(reply)")
                #expect(
                    mention.isEmpty || reply.errorText.localizedCaseInsensitiveContains(mention),
                    "\(name): \(reply)")
            }
            #expect(host.folder.blobs == blobs)
            try await harm.expectNone()
        }

        /// What is wrong, the call, the status, and a word of the message.
        private static func refused(_ blobs: Set<String>) -> [(String, HTTPCall, Int, String)] {
            let zeros = "sha256:" + String(repeating: "0", count: 64)
            let deploy = #"{"manifest":"name: a\nruntime: gguf\nmodel: model.gguf\n","files":["#
            return [
                ("an unknown route", HTTPCall.get("/control/v1/nothing"), 404, "route"),
                ("a wrong method", .post("/control/v1/host", ""), 405, "method"),
                ("an unknown function", .get("/control/v1/functions/ghost"), 404, "ghost"),
                ("a bad name", .get("/control/v1/functions/..%2fx"), 400, "name"),
                ("a bad number of lines", .get("/control/v1/functions/tiny/logs?lines=many"), 400, "lines"),
                ("a bad flag", .get("/control/v1/functions/tiny/logs?follow=perhaps"), 400, "follow"),
                (
                    "a blob that is none", HTTPCall(method: "PUT", target: "/control/v1/blobs/sha256:abc"),
                    400, "digest"
                ),
                (
                    "a blob with other bytes",
                    HTTPCall(method: "PUT", target: "/control/v1/blobs/\(zeros)", body: [1, 2, 3]), 400,
                    "digest"
                ),
                ("a deploy of nothing", .post("/control/v1/functions", ""), 400, ""),
                ("a deploy that is no JSON", .post("/control/v1/functions", "name: a"), 400, "JSON"),
                (
                    "a deploy with an unknown key", .post("/control/v1/functions", deploy + #"],"x":1}"#),
                    400, "x"
                ),
                ("a deploy without files", .post("/control/v1/functions", deploy + "]}"), 400, "model.gguf"),
                (
                    "a deploy of a blob that is not there",
                    .post(
                        "/control/v1/functions",
                        deploy + #"{"path":"model.gguf","digest":"\#(zeros)","size":3}]}"#), 409,
                    "model.gguf"
                ),
                (
                    "a deploy that lies about the size",
                    .post(
                        "/control/v1/functions",
                        deploy + #"{"path":"model.gguf","digest":"sha256:\#(blobs.first ?? "")","size":3}]}"#),
                    400, "bytes"
                ),
                (
                    "a deploy of a file outside",
                    .post(
                        "/control/v1/functions", deploy + #"{"path":"../x","digest":"\#(zeros)","size":3}]}"#),
                    400, ".."
                ),
                (
                    "a large deploy", .post("/control/v1/functions", String(repeating: " ", count: 11 << 20)),
                    413, "bytes"
                ),
                (
                    "a question about nothing", .post("/control/v1/blobs/missing", #"{"digests":["abc"]}"#),
                    400, "digest"
                ),
            ]
        }

        @Test func anUploadThatEndsEarlyLeavesNothing() async throws {
            let host = try await RunningHost.withTinyModel()
            let blobs = host.folder.blobs
            let target = "/control/v1/blobs/sha256:" + String(repeating: "0", count: 64)
            for length in ["content-length: 100000000", "transfer-encoding: chunked"] {
                try await onOwnThread { [control = host.folder.control] in
                    let connection = try RawConnection(.path(control))
                    connection.send("PUT \(target) HTTP/1.1\r\nhost: a\r\n\(length)\r\n\r\n")
                    connection.send([UInt8](repeating: 7, count: 1_000_000))
                    usleep(50_000)
                    connection.hangUp()
                }
            }
            try await eventually("an empty folder of incoming files") { host.folder.incoming.isEmpty }
            #expect(host.folder.blobs == blobs)
            #expect(try await host.run("list").status == 0)
        }
    }
}
