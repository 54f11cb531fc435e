import Foundation
import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Programs are found as a shell finds them.
struct ExecutablePathTests {
    /// Folders `first` and `second` with programs and other files in them.
    private func folders() throws -> (TemporaryFolder, searchPath: String) {
        let folder = try TemporaryFolder()
        for (name, mode) in [
            ("first/tool", 0o755), ("second/tool", 0o755), ("second/other", 0o755), ("first/text", 0o644),
            ("second/text", 0o755),
        ] as [(String, mode_t)] {
            chmod(try folder.write([], to: name), mode)
        }
        return (folder, "\(folder.path("none")):\(folder.path("first")):\(folder.path("second"))")
    }

    @Test func theFirstFolderThatHasItCounts() throws {
        let (folder, searchPath) = try folders()
        #expect(executablePath("tool", searchPath: searchPath) == folder.path("first/tool"))
        #expect(executablePath("other", searchPath: searchPath) == folder.path("second/other"))
    }

    @Test func whatCannotBeExecutedIsPassedOver() throws {
        let (folder, searchPath) = try folders()
        #expect(executablePath("text", searchPath: searchPath) == folder.path("second/text"))
    }

    @Test(arguments: ["/bin/sh", "./tool", "a/b", "/no/such"])
    func aNameWithASlashIsAPathAlready(name: String) throws {
        #expect(executablePath(name, searchPath: try folders().searchPath) == name)
    }

    @Test func whatIsNowhereKeepsItsName() throws {
        let (_, searchPath) = try folders()
        #expect(executablePath("none-of-them", searchPath: searchPath) == "none-of-them")
        #expect(executablePath("tool", searchPath: "") == "tool")
        #expect(executablePath("tool", searchPath: ":::") == "tool")
    }
}
