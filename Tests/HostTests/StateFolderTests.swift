import Foundation
import FunctionTypes
import Host
import TestSupport
import Testing

/// The folder that one host at a time uses.
struct StateFolderTests {
    @Test func whatIsMissingIsMadeForItsOwnerAlone() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(path: temporary.path("a/b/state"))
        for path in [temporary.path("a"), folder.path, folder.runFolder, folder.logFolder] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.type] as? FileAttributeType == .typeDirectory)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
        }
        #expect(folder.registryPath.hasPrefix(folder.path + "/"))
        #expect(folder.controlPath.hasPrefix(folder.path + "/"))
    }

    @Test func aSecondHostIsRefusedUntilTheFirstEnds() throws {
        let temporary = try TemporaryFolder()
        var first: StateFolder? = try StateFolder(path: temporary.path)
        let error = #expect(throws: HearthError.self) { try StateFolder(path: temporary.path) }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains(temporary.path) == true)
        #expect(first != nil)
        first = nil
        #expect(throws: Never.self) { try StateFolder(path: temporary.path) }
    }

    @Test(arguments: [[], ["lost+found/x"], ["lock", "registry.sqlite", "an operator's note"]])
    func aFolderThatIsEmptyOrAHostsMayBeTakenOver(files: [String]) throws {
        let temporary = try TemporaryFolder()
        for name in files { try temporary.write([1], to: name) }
        #expect(throws: Never.self) { try StateFolder.requireOwn(temporary.path) }
    }

    @Test(arguments: [["www/index.html"], ["lock/x"], ["lost+found/x", ".profile"]])
    func aFolderOfSomethingElseIsNot(files: [String]) throws {
        let temporary = try TemporaryFolder()
        for name in files { try temporary.write([1], to: name) }
        let error = #expect(throws: HearthError.self) { try StateFolder.requireOwn(temporary.path) }
        #expect(error?.code == .invalidRequest && error?.remedy?.contains("--state-dir") == true)
        #expect(error?.message.contains(temporary.path) == true)
    }

    @Test func whatIsInRunGoesAndTheRestStays() throws {
        let temporary = try TemporaryFolder()
        for name in ["run/worker-7.sock", "run/.hidden", "logs/default/f.log", "registry.sqlite", "blobs/x"] {
            try temporary.write([1], to: name)
        }
        let folder = try StateFolder(path: temporary.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.runFolder) == [])
        for name in ["logs/default/f.log", "registry.sqlite", "blobs/x"] {
            #expect(FileManager.default.fileExists(atPath: temporary.path(name)))
        }
    }

    @Test func aSecondHostEmptiesNothing() throws {
        let temporary = try TemporaryFolder()
        let folder = try StateFolder(path: temporary.path)
        let socket = try temporary.write([], to: "run/worker-1.sock")
        #expect(throws: HearthError.self) { try StateFolder(path: temporary.path) }
        #expect(FileManager.default.fileExists(atPath: socket))
        #expect(folder.path == temporary.path)
    }

    @Test func aPathThatIsTooLongForSocketsIsRefusedBeforeAnythingIsMade() throws {
        let temporary = try TemporaryFolder()
        let path = temporary.path(String(repeating: "x", count: 100))
        let error = #expect(throws: HearthError.self) { try StateFolder(path: path) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.remedy?.contains("--state-dir") == true)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func theLongestPathThatIsAcceptedHoldsASocketOfAnyWorker() throws {
        let temporary = try TemporaryFolder()
        var path = temporary.path("s")
        while (try? StateFolder(path: path + "s")) != nil { path += "s" }
        let folder = try StateFolder(path: path)
        #expect("\(folder.runFolder)/worker-99999999999.sock".utf8.count <= 107)
        #expect("\(folder.runFolder)/notify.sock".utf8.count <= 107)
        #expect(folder.controlPath.utf8.count <= 107)
    }

    @Test func aFileInPlaceOfTheFolderIsAnError() throws {
        let temporary = try TemporaryFolder()
        let path = try temporary.write([1], to: "file")
        #expect(throws: (any Error).self) { try StateFolder(path: path) }
    }
}
