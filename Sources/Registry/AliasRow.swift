import FunctionTypes
import Foundation
import GRDB

/// Rows of `alias_targets`: all aliases but `live`, which follows the deployments.
enum AliasRow {
    static func all(function: Int64, in database: Database) throws -> [AliasName: [AliasTarget]] {
        var aliases: [AliasName: [AliasTarget]] = [:]
        let rows = try Row.fetchAll(
            database,
            sql:
                "SELECT alias, revision, weight FROM alias_targets WHERE function = ? ORDER BY alias, position",
            arguments: [function])
        for row in rows {
            let revision = RevisionID(Digest(bytes: row["revision"] as Data))
            aliases[try AliasName(row["alias"]), default: []].append(
                AliasTarget(revision, weight: row["weight"]))
        }
        return aliases
    }

    static func replace(
        _ alias: AliasName, function: Int64, _ targets: [AliasTarget], in database: Database
    ) throws {
        try database.execute(
            sql: "DELETE FROM alias_targets WHERE function = ? AND alias = ?",
            arguments: [function, alias.rawValue])
        for (position, target) in targets.enumerated() {
            try database.execute(
                sql: """
                    INSERT INTO alias_targets (function, alias, position, revision, weight) VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    function, alias.rawValue, position, Data(target.revision.digest.bytes), target.weight,
                ])
        }
    }
}
