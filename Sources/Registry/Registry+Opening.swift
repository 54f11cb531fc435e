import FunctionTypes
import GRDB

extension Registry {
    static func open(_ path: String) throws(HearthError) -> DatabaseQueue {
        do {
            var configuration = Configuration()
            configuration.label = "registry"
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(5)
            configuration.foreignKeysEnabled = true
            let database = try DatabaseQueue(path: path, configuration: configuration)
            // GRDB lowers this when it turns the write-ahead log on, so it is set afterwards.
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try check(database, path)
            try RegistrySchema.migrator.migrate(database)
            return database
        } catch let error as HearthError {
            throw error
        } catch let error as DatabaseError {
            throw .database("open", path, error)
        } catch {
            throw HearthError(.internalError, "Cannot open the registry \(path): \(error).")
        }
    }

    private static func check(_ database: DatabaseQueue, _ path: String) throws {
        let faults = try database.read { try String.fetchAll($0, sql: "PRAGMA quick_check(1)") }
        guard faults == ["ok"] else {
            throw HearthError(
                .internalError,
                "The registry \(path) is damaged: \(faults.first ?? "SQLite cannot check it").",
                remedy:
                    "Move the file and those beside it of the same name away, and restore a backup or deploy again."
            )
        }
        guard try !database.read(RegistrySchema.migrator.hasBeenSuperseded) else {
            throw HearthError(
                .internalError, "The registry \(path) was written by a newer version of Hearth.",
                remedy: "Run that version or a newer one, or restore the backup from before the upgrade.")
        }
    }
}
