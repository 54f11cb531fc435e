import Foundation
import TestSupport

/// A `hearth-worker` that a test started by the contract alone, without a host.
final class LoneWorker: Sendable {
    let process: SpawnedProcess
    private let folder: TemporaryFolder
    private let listener: CInt
    private let notifications: DatagramReceiver

    /// What the worker is given.
    struct Offer {
        var model: [UInt8]? = TinyModel(seed: 1).bytes
        var names = "listener:model"
        var environment: [String: String] = [:]
        /// Variables that are left out.
        var without: Set<String> = []
    }

    init(_ offer: Offer = Offer()) throws {
        folder = try TemporaryFolder()
        notifications = try DatagramReceiver(path: folder.path("notify"))
        listener = try boundUnixSocket(folder.path("worker.sock"), type: CInt(SOCK_STREAM.rawValue))
        listen(listener, 64)
        var descriptors = [listener]
        if let bytes = offer.model {
            descriptors.append(open(try folder.write(bytes, to: "model.gguf"), O_RDONLY | O_CLOEXEC))
        }
        defer { for model in descriptors.dropFirst() { close(model) } }
        var environment = [
            "LISTEN_FDS": String(descriptors.count), "LISTEN_FDNAMES": offer.names, "HEARTH_PURPOSE": "serve",
            "HEARTH_FUNCTION": "default/alone", "HEARTH_REVISION": String(repeating: "a", count: 64),
            "HEARTH_TASK": "embed", "HEARTH_THREADS": "1", "HEARTH_MAX_BODY": "1000", "SWIFT_ROOT": "/",
            "NOTIFY_SOCKET": folder.path("notify"),
        ].merging(offer.environment) { $1 }
        for name in offer.without { environment[name] = nil }
        // The shell's process number is the worker's after `exec`.
        let number = offer.environment["LISTEN_PID"] ?? "$$"
        let assignment = offer.without.contains("LISTEN_PID") ? "" : "LISTEN_PID=\(number) "
        process = try SpawnedProcess(
            ["/bin/sh", "-c", "\(assignment)exec \"$0\"", builtProgram("hearth-worker")],
            in: folder, environment: environment, descriptors: descriptors, output: folder.path("output"),
            errors: folder.path("errors"))
    }

    deinit { close(listener) }

    /// Where it serves.
    var place: RawConnection.Place { .path(folder.path("worker.sock")) }

    /// What it wrote.
    var output: String { text(of: folder.path("output")) + text(of: folder.path("errors")) }

    /// Its next message.
    func message() async throws -> String { try await notifications.next() }
}
