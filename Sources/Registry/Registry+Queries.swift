public import FunctionTypes
import Foundation
import GRDB

extension Registry {
    /// All tenants, ascending.
    ///
    /// - Throws: ``HearthError`` `.internalError` from SQLite.
    public func tenants() throws -> [TenantID] { try read("list the tenants of", Self.tenants) }

    /// The functions of one tenant, or of all, ascending.
    ///
    /// - Throws: ``HearthError`` `.internalError` from SQLite.
    public func functions(of tenant: TenantID? = nil) throws -> [FunctionID] {
        try read("list the functions of") { database in
            try FunctionRow.all(in: database).map(\.id).filter { tenant == nil || $0.tenant == tenant }
                .sorted()
        }
    }

    /// What a reference of a tenant means now; as ``RegistrySnapshot/resolve(_:tenant:)``, from the database.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`, `.revisionUnknown`, `.conflict`.
    public func resolve(_ reference: FunctionReference, tenant: TenantID = .default) throws -> Resolution {
        let id = FunctionID(tenant: tenant, name: reference.name)
        return Resolution(function: id, targets: try function(id).targets(reference.target))
    }

    /// One function with all its revisions.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`.
    public func function(_ id: FunctionID) throws -> FunctionRecord {
        try read("look up '\(id)' in") { database in
            guard let row = try FunctionRow.find(id, in: database) else { throw HearthError.unknown(id) }
            return try row.record(in: database)
        }
    }

    /// Everything that routing needs, from one state of the database. Proportional to the number of
    /// revisions.
    ///
    /// - Throws: ``HearthError`` `.internalError` from SQLite.
    public func snapshot() throws -> RegistrySnapshot {
        try read("read") { database in
            let records = try FunctionRow.all(in: database).map { ($0.id, try $0.record(in: database)) }
            return RegistrySnapshot(
                tenants: try Self.tenants(database), functions: Dictionary(uniqueKeysWithValues: records))
        }
    }

    /// The blobs that any revision of any function needs.
    ///
    /// - Throws: ``HearthError`` `.internalError` from SQLite.
    public func referencedBlobs() throws -> Set<Digest> {
        try read("list the blobs of") { database in
            Set(
                try Data.fetchAll(database, sql: "SELECT DISTINCT digest FROM revision_files").map(
                    Digest.init(bytes:)))
        }
    }

    /// The revisions of a function, the first deployed first.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`.
    public func revisions(of id: FunctionID) throws -> [RevisionRecord] {
        try read("list the revisions of '\(id)' in") { database in
            guard let row = try FunctionRow.find(id, in: database) else { throw HearthError.unknown(id) }
            return try RevisionRow.all(function: row.key, in: database)
        }
    }

    /// The log of a function's deploys and rollbacks, the oldest first.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`.
    public func deployments(of id: FunctionID) throws -> [Deployment] {
        try read("list the deploys of '\(id)' in") { database in
            guard let row = try FunctionRow.find(id, in: database) else { throw HearthError.unknown(id) }
            return try DeploymentRow.all(function: row.key, in: database)
        }
    }

    private static func tenants(_ database: Database) throws -> [TenantID] {
        try String.fetchAll(database, sql: "SELECT name FROM tenants").map { try TenantID($0) }.sorted()
    }
}
