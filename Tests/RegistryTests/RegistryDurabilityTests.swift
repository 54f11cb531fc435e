import Foundation
import FunctionTypes
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import Registry

@Suite struct RegistryDurabilityTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("registry.db")
    }

    @Test func theLogIsWrittenAheadAndSyncedAtEachCommit() throws {
        let registry = try Registry(path: path)
        let settings = try registry.read("read the settings of") { database in
            try ["journal_mode", "synchronous", "foreign_keys"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(settings == ["wal", "2", "1"], "synchronous 2 is FULL")
    }

    @Test func aDeployWhoseBlobsCannotBeCheckedLeavesNothing() throws {
        struct Unplugged: Error {}
        let registry = try Registry(path: path)
        try registry.deploy(Sample.revision(1))
        let before = try registry.snapshot()
        for name in ["f", "g"] {
            var asked = 0
            #expect(throws: Unplugged.self) {
                try registry.deploy(
                    Sample.revision(2, name: name), manifestText: "", now: UnixTime(milliseconds: 1)
                ) { _ in
                    asked += 1
                    if asked == 2 { throw Unplugged() }
                    return true
                }
            }
            #expect(asked == 2)
        }
        #expect(try registry.snapshot() == before)
        #expect(try registry.referencedBlobs() == Set(Sample.revision(1).files.map(\.digest)))
    }

    @Test func aDeployWithoutItsBlobsIsRefusedAndNamesTheFile() throws {
        let registry = try Registry(path: path)
        let missing = try Sample.revision(2).files[1]
        let error = #expect(throws: HearthError.self) {
            try registry.deploy(Sample.revision(2), manifestText: "", now: UnixTime(milliseconds: 1)) {
                $0 != missing.digest
            }
        }
        #expect(error?.code == .blobMissing)
        #expect(error?.message.contains("'prompt.txt'") == true)
        #expect(error?.message.contains(missing.digest.description) == true)
        #expect(try registry.functions() == [])
    }

    @Test func everythingIsThereAfterReopening() throws {
        var before: RegistrySnapshot?
        do {
            let registry = try Registry(path: path)
            try registry.addTenant(TenantID("acme"), now: UnixTime(milliseconds: 1))
            try registry.deploy(Sample.revision(1), tenant: TenantID("acme"))
            try registry.deploy(Sample.revision(2))
            try registry.deploy(Sample.revision(3))
            try registry.setAlias(
                AliasName("old"), of: Sample.function("f"),
                to: [AliasTarget(Sample.revision(2).id, weight: 3)])
            before = try registry.snapshot()
        }
        let reopened = try Registry(path: path)
        #expect(try reopened.snapshot() == before)
        #expect(try reopened.rollback(Sample.function("f")).revision == Sample.revision(2).id)
    }

    @Test func twoOpenersSeeEachOthersChanges() throws {
        let (first, second) = (try Registry(path: path), try Registry(path: path))
        try first.deploy(Sample.revision(1))
        try second.deploy(Sample.revision(2))
        #expect(try first.snapshot() == second.snapshot())
        #expect(try first.rollback(Sample.function("f")).revision == Sample.revision(1).id)
        #expect(try second.function(Sample.function("f")).live == Sample.revision(1).id)
    }

    @Test func writersOfTwoOpenersTakeTurns() throws {
        let openers = [try Registry(path: path), try Registry(path: path)]
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            for round in 0..<10 {
                do {
                    try openers[worker % 2].deploy(Sample.revision(round, name: "f\(worker)"))
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try openers[0].snapshot() == openers[1].snapshot())
        for worker in 0..<4 {
            #expect(try openers[0].deployments(of: Sample.function("f\(worker)")).count == 10)
        }
    }

    @Test func aFileThatIsNoDatabaseIsAnErrorThatNamesIt() throws {
        try folder.write(Array(repeating: UInt8(ascii: "x"), count: 5000), to: "registry.db")
        let error = #expect(throws: HearthError.self) { try Registry(path: path) }
        #expect(error?.code == .internalError)
        #expect(error?.message.contains(path) == true)
        #expect(error?.remedy?.contains("Move the file") == true)
    }

    @Test func aDamagedDatabaseIsAnErrorThatNamesIt() throws {
        do {
            let registry = try Registry(path: path)
            for number in 0..<40 { try registry.deploy(Sample.revision(number)) }
            try registry.write("checkpoint") { _ in }
        }
        // Opened and closed, the log is merged into the file; then pages after the first are overwritten.
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        try #require(bytes.count > 40_000)
        for position in 12_288..<(bytes.count - 4096) { bytes[position] = 0xa5 }
        try folder.write(bytes, to: "registry.db")
        let error = #expect(throws: HearthError.self) { try Registry(path: path) }
        #expect(error?.code == .internalError)
        #expect(error?.message.contains(path) == true)
        #expect(error?.remedy?.contains("backup") == true, "\(error.map(String.init(describing:)) ?? "")")
    }

    @Test func aDatabaseOfANewerVersionIsRefusedAndUntouched() throws {
        do { _ = try Registry(path: path) }
        do {
            let database = try DatabaseQueue(path: path)
            try database.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9 future')")
            }
            try database.close()
        }
        let error = #expect(throws: HearthError.self) { try Registry(path: path) }
        #expect(error?.message.contains("newer version") == true)
        #expect(error?.message.contains(path) == true)
        let database = try DatabaseQueue(path: path)
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM grdb_migrations") } == 2)
    }

    @Test func aFolderThatIsMissingIsAnErrorWithARemedy() {
        let error = #expect(throws: HearthError.self) {
            try Registry(path: folder.path("no/such/registry.db"))
        }
        #expect(error?.code == .internalError)
        #expect(error?.message.contains("no/such/registry.db") == true)
        #expect(error?.remedy?.contains("folder exists") == true)
    }

    @Test func aDamagedRevisionIsAnErrorAndNoTrap() throws {
        let registry = try Registry(path: path)
        try registry.deploy(Sample.revision(1))
        try registry.write("damage") { try $0.execute(sql: "UPDATE revisions SET canonical = x'00'") }
        let error = #expect(throws: HearthError.self) { try registry.snapshot() }
        #expect(error?.code == .internalError)
        #expect(error?.message.contains("cannot be read") == true)
    }
}
