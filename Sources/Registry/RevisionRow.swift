import FunctionTypes
import Foundation
import GRDB

/// Rows of `revisions` and `revision_files`.
enum RevisionRow {
    static func exists(_ revision: RevisionID, function: Int64, in database: Database) throws -> Bool {
        try Row.fetchOne(
            database, sql: "SELECT 1 FROM revisions WHERE function = ? AND digest = ?",
            arguments: [function, Data(revision.digest.bytes)]) != nil
    }

    static func insertIfAbsent(
        _ revision: Revision, _ manifestText: String, function: Int64, now: UnixTime, in database: Database
    ) throws {
        guard try !exists(revision.id, function: function, in: database) else { return }
        let digest = Data(revision.id.digest.bytes)
        let canonical = CanonicalForm.bytes(manifest: revision.manifest, files: revision.files)
        try database.execute(
            sql:
                "INSERT INTO revisions (function, digest, manifest, canonical, created) VALUES (?, ?, ?, ?, ?)",
            arguments: [function, digest, manifestText, Data(canonical), now.milliseconds])
        for file in revision.files {
            try database.execute(
                sql:
                    "INSERT INTO revision_files (function, revision, path, digest, size) VALUES (?, ?, ?, ?, ?)",
                arguments: [function, digest, file.path.rawValue, Data(file.digest.bytes), Int64(file.size)])
        }
    }

    static func all(function: Int64, in database: Database) throws -> [RevisionRecord] {
        try Row.fetchAll(
            database,
            sql:
                "SELECT digest, manifest, canonical, created FROM revisions WHERE function = ? ORDER BY rowid",
            arguments: [function]
        ).map { row in
            let (manifest, files) = try CanonicalForm.read([UInt8](row["canonical"] as Data))
            let id = RevisionID(Digest(bytes: row["digest"] as Data))
            return RevisionRecord(
                revision: Revision(id: id, manifest: manifest, files: files), manifestText: row["manifest"],
                created: UnixTime(milliseconds: row["created"]))
        }
    }
}
