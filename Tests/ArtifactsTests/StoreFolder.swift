import Artifacts
import Dispatch
import Foundation
import FunctionTypes
import LinuxSystem
import TestSupport

extension TemporaryFolder {
    /// The names in a folder inside this one, ascending.
    func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self.path(path)).sorted()
    }
}

/// Runs the body on this many threads at once and waits for all.
func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for thread in 0..<count {
        group.enter()
        Thread.detachNewThread {
            body(thread)
            group.leave()
        }
    }
    group.wait()
}

extension BlobStore {
    /// The bytes of a blob.
    func contents(_ digest: Digest) throws -> [UInt8] {
        withExtendedLifetime(try MappedFile(open(digest))) { Array($0.bytes) }
    }
}
