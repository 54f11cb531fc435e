import Foundation
import TestSupport

/// Where the hosts of one test keep their state, one after the other, and what they and their workers leave
/// there.
final class HostFolder: Sendable {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var state: String { folder.path("s") }
    var control: String { folder.path("s/control.sock") }
    var log: String { folder.path("host.log") }
    var incoming: [String] { names(in: "incoming") }
    var sockets: [String] { names(in: "run") }

    /// A path for whatever else the test keeps.
    func path(_ name: String) -> String { folder.path(name) }

    /// Writes a file outside the state folder.
    @discardableResult
    func write(_ contents: some Sequence<UInt8>, to name: String) throws -> String {
        try folder.write(contents, to: name)
    }

    /// The digests of all stored blobs.
    var blobs: Set<String> {
        let root = "\(state)/blobs/sha256"
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return Set(files.map { String($0.split(separator: "/").last ?? "") }.filter { $0.count == 64 })
    }

    /// The names in a folder of the state.
    func names(in name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(state)/\(name)")) ?? []).sorted()
    }

    /// Everything that hosts wrote so far.
    var logText: String { text(of: log) }
}
