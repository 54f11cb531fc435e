import FunctionTypes
import Foundation
import GRDB

/// A row of `deployments`.
struct DeploymentRow {
    let sequence: Int64
    let revision: RevisionID
    let kind: Deployment.Kind
    let previous: Int64?
    let time: UnixTime

    static let columns =
        "deployments.sequence, deployments.revision, deployments.kind, deployments.previous, deployments.time"

    init(_ row: Row) throws {
        sequence = row["sequence"]
        revision = RevisionID(Digest(bytes: row["revision"] as Data))
        guard let kind = Deployment.Kind(rawValue: row["kind"]) else {
            throw HearthError(.internalError, "The registry's deployment \(sequence) is of an unknown kind.")
        }
        self.kind = kind
        previous = row["previous"]
        time = UnixTime(milliseconds: row["time"])
    }

    static func find(_ sequence: Int64, in database: Database) throws -> DeploymentRow? {
        try Row.fetchOne(
            database, sql: "SELECT \(columns) FROM deployments WHERE sequence = ?", arguments: [sequence]
        ).map(DeploymentRow.init)
    }

    static func all(function: Int64, in database: Database) throws -> [Deployment] {
        try Row.fetchAll(
            database, sql: "SELECT \(columns) FROM deployments WHERE function = ? ORDER BY sequence",
            arguments: [function]
        ).map { row in
            let row = try DeploymentRow(row)
            return Deployment(sequence: row.sequence, kind: row.kind, revision: row.revision, time: row.time)
        }
    }

    /// Adds a line to the log and makes it the live one.
    static func append(
        _ kind: Deployment.Kind, _ revision: RevisionID, previous: Int64?, function: Int64, now: UnixTime,
        in database: Database
    ) throws {
        try database.execute(
            sql: "INSERT INTO deployments (function, revision, kind, previous, time) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                function, Data(revision.digest.bytes), kind.rawValue, previous, now.milliseconds,
            ])
        try database.execute(
            sql: "UPDATE functions SET live = ? WHERE id = ?",
            arguments: [database.lastInsertedRowID, function])
    }
}
