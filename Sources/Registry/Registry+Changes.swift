public import FunctionTypes
import GRDB

extension Registry {
    /// Makes a revision live, in one transaction. A revision that is live already changes nothing.
    ///
    /// - Parameters:
    ///   - revision: what to deploy; the function is named by its manifest. Its id is taken as it is.
    ///   - manifestText: the manifest as the user wrote it, kept for showing.
    ///   - blobExists: asked for each file inside the transaction; what it throws undoes the deploy.
    ///   - now: the time for the records.
    /// - Throws: ``HearthError`` `.invalidManifest` where a rule is broken, `.invalidRequest` for an unknown
    ///   tenant,
    ///   `.blobMissing`, `.internalError` from SQLite; what `blobExists` throws.
    @discardableResult
    public func deploy(
        _ revision: Revision, manifestText: String, tenant: TenantID = .default, now: UnixTime,
        blobExists: (Digest) throws -> Bool
    ) throws -> DeployOutcome {
        try revision.manifest.validate()
        let id = FunctionID(tenant: tenant, name: revision.manifest.name)
        return try write("deploy '\(id)' to") { database in
            for file in revision.files where try !blobExists(file.digest) {
                throw HearthError(
                    .blobMissing,
                    "The file '\(file.path)' of the function '\(id.name)' is not stored: \(file.digest).",
                    remedy: "Upload it, then deploy again.")
            }
            let existing = try FunctionRow.find(id, in: database)
            if let existing, existing.live.revision == revision.id {
                return DeployOutcome(
                    function: id, revision: revision.id, previous: revision.id, change: .unchanged)
            }
            let key = try existing?.key ?? FunctionRow.insert(id, now: now, in: database)
            try RevisionRow.insertIfAbsent(revision, manifestText, function: key, now: now, in: database)
            try DeploymentRow.append(
                .deploy, revision.id, previous: existing?.live.sequence, function: key, now: now, in: database
            )
            return DeployOutcome(
                function: id, revision: revision.id, previous: existing?.live.revision,
                change: existing == nil ? .created : .updated)
        }
    }

    /// Makes the revision live again that was live before the live one was deployed.
    ///
    /// A rollback steps back: after the deploys A, B, C, one rollback makes B live and a second one A. A
    /// deploy after a rollback goes on from the revision that the rollback chose.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`; `.conflict` where nothing was live before.
    @discardableResult
    public func rollback(_ id: FunctionID, now: UnixTime) throws -> DeployOutcome {
        try write("roll '\(id)' back in") { database in
            guard let function = try FunctionRow.find(id, in: database) else { throw HearthError.unknown(id) }
            guard let sequence = function.live.previous,
                let target = try DeploymentRow.find(sequence, in: database)
            else {
                throw HearthError(
                    .conflict, "The function '\(id.name)' has no earlier revision to roll back to.",
                    remedy: "Deploy another revision, or remove the function.")
            }
            try DeploymentRow.append(
                .rollback, target.revision, previous: target.previous, function: function.key, now: now,
                in: database)
            return DeployOutcome(
                function: id, revision: target.revision, previous: function.live.revision, change: .updated)
        }
    }

    /// Removes a function with its revisions, aliases and log. Its blobs stay until a sweep of the store.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`.
    public func remove(_ id: FunctionID) throws {
        try write("remove '\(id)' from") { database in
            guard let function = try FunctionRow.find(id, in: database) else { throw HearthError.unknown(id) }
            try database.execute(sql: "DELETE FROM functions WHERE id = ?", arguments: [function.key])
        }
    }

    /// Points an alias at revisions of the function, replacing what it pointed at.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`; `.revisionUnknown`; `.invalidRequest` for no target, for
    ///   the same
    ///   revision twice, and for `live`, which follows deploys alone.
    public func setAlias(_ alias: AliasName, of id: FunctionID, to targets: [AliasTarget]) throws {
        try Self.check(alias, targets)
        try write("set the alias '\(alias)' of '\(id)' in") { database in
            guard let function = try FunctionRow.find(id, in: database) else { throw HearthError.unknown(id) }
            for target in targets
            where try !RevisionRow.exists(target.revision, function: function.key, in: database) {
                throw HearthError(
                    .revisionUnknown, "The function '\(id.name)' has no revision \(target.revision.short).",
                    remedy: "Deploy it first.")
            }
            try AliasRow.replace(alias, function: function.key, targets, in: database)
        }
    }

    /// Removes an alias; false where there was none.
    ///
    /// - Throws: ``HearthError`` `.functionUnknown`; `.invalidRequest` for `live`.
    @discardableResult
    public func removeAlias(_ alias: AliasName, of id: FunctionID) throws -> Bool {
        guard alias != .live else { throw Self.liveIsFixed }
        return try write("remove the alias '\(alias)' of '\(id)' from") { database in
            guard let function = try FunctionRow.find(id, in: database) else { throw HearthError.unknown(id) }
            try AliasRow.replace(alias, function: function.key, [], in: database)
            return database.changesCount > 0
        }
    }

    /// Adds a tenant; false where it exists already.
    ///
    /// - Throws: ``HearthError`` `.internalError` from SQLite.
    @discardableResult
    public func addTenant(_ tenant: TenantID, now: UnixTime) throws -> Bool {
        try write("add the tenant '\(tenant)' to") { database in
            try database.execute(
                sql: "INSERT INTO tenants (name, created) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [tenant.rawValue, now.milliseconds])
            return database.changesCount > 0
        }
    }

    private static func check(_ alias: AliasName, _ targets: [AliasTarget]) throws(HearthError) {
        guard alias != .live else { throw liveIsFixed }
        guard !targets.isEmpty, Set(targets.map(\.revision)).count == targets.count else {
            throw HearthError(
                .invalidRequest,
                "The alias '\(alias)' points at \(targets.isEmpty ? "nothing" : "the same revision twice").",
                remedy: "Name one or more revisions, each once, with weights.")
        }
    }

    private static var liveIsFixed: HearthError {
        HearthError(
            .invalidRequest, "The alias 'live' always is the revision that was deployed last.",
            remedy: "Deploy or roll back to change it, or use an alias of another name.")
    }
}
