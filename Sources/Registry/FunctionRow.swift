import FunctionTypes
import GRDB

/// A row of `functions`, joined with its tenant and its live deployment.
struct FunctionRow {
    let key: Int64
    let id: FunctionID
    let created: UnixTime
    let live: DeploymentRow

    private static let query = """
        SELECT functions.id, functions.name, functions.created, tenants.name AS tenant, \(DeploymentRow.columns)
        FROM functions JOIN tenants ON tenants.id = functions.tenant
        JOIN deployments ON deployments.sequence = functions.live
        """

    private init(_ row: Row) throws {
        key = row["id"]
        id = FunctionID(tenant: try TenantID(row["tenant"]), name: try FunctionName(row["name"]))
        created = UnixTime(milliseconds: row["created"])
        live = try DeploymentRow(row)
    }

    static func find(_ id: FunctionID, in database: Database) throws -> FunctionRow? {
        try Row.fetchOne(
            database, sql: query + " WHERE tenants.name = ? AND functions.name = ?",
            arguments: [id.tenant.rawValue, id.name.rawValue]
        ).map(FunctionRow.init)
    }

    static func all(in database: Database) throws -> [FunctionRow] {
        try Row.fetchAll(database, sql: query).map(FunctionRow.init)
    }

    /// Adds a function that has no live deployment yet; one must follow in the same transaction.
    static func insert(_ id: FunctionID, now: UnixTime, in database: Database) throws -> Int64 {
        try database.execute(
            sql: "INSERT INTO functions (tenant, name, created) SELECT id, ?, ? FROM tenants WHERE name = ?",
            arguments: [id.name.rawValue, now.milliseconds, id.tenant.rawValue])
        guard database.changesCount == 1 else { throw HearthError.unknown(id.tenant) }
        return database.lastInsertedRowID
    }

    /// The function with everything that belongs to it.
    func record(in database: Database) throws -> FunctionRecord {
        let revisions = try RevisionRow.all(function: key, in: database).map { ($0.revision.id, $0.revision) }
        return FunctionRecord(
            id: id, created: created, live: live.revision,
            aliases: try AliasRow.all(function: key, in: database),
            revisions: Dictionary(uniqueKeysWithValues: revisions))
    }
}
