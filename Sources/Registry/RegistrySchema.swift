import GRDB

/// The tables, as a list of migrations. A published migration never changes; a new need is a new migration.
enum RegistrySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 functions") { try $0.execute(sql: functions) }
        return migrator
    }

    // Times are milliseconds since 1970, digests 32 raw bytes. `functions.live` and `deployments.previous`
    // make a list: from the live deployment to the one that a rollback returns to, and so on.
    private static let functions = """
        CREATE TABLE tenants (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            created INTEGER NOT NULL
        ) STRICT;
        INSERT INTO tenants (name, created) VALUES ('default', 0);

        CREATE TABLE functions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant INTEGER NOT NULL REFERENCES tenants (id),
            name TEXT NOT NULL,
            created INTEGER NOT NULL,
            live INTEGER REFERENCES deployments (sequence) DEFERRABLE INITIALLY DEFERRED,
            UNIQUE (tenant, name)
        ) STRICT;

        CREATE TABLE revisions (
            function INTEGER NOT NULL REFERENCES functions (id) ON DELETE CASCADE,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            manifest TEXT NOT NULL,
            canonical BLOB NOT NULL,
            created INTEGER NOT NULL,
            PRIMARY KEY (function, digest)
        ) STRICT;

        CREATE TABLE revision_files (
            function INTEGER NOT NULL,
            revision BLOB NOT NULL,
            path TEXT NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            size INTEGER NOT NULL CHECK (size >= 0),
            PRIMARY KEY (function, revision, path),
            FOREIGN KEY (function, revision) REFERENCES revisions (function, digest) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX revision_files_digest ON revision_files (digest);

        CREATE TABLE alias_targets (
            function INTEGER NOT NULL,
            alias TEXT NOT NULL,
            position INTEGER NOT NULL,
            revision BLOB NOT NULL,
            weight INTEGER NOT NULL CHECK (weight >= 1),
            PRIMARY KEY (function, alias, position),
            FOREIGN KEY (function, revision) REFERENCES revisions (function, digest) ON DELETE CASCADE
        ) STRICT;

        CREATE TABLE deployments (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            function INTEGER NOT NULL,
            revision BLOB NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('deploy', 'rollback')),
            previous INTEGER REFERENCES deployments (sequence) ON DELETE SET NULL,
            time INTEGER NOT NULL,
            FOREIGN KEY (function, revision) REFERENCES revisions (function, digest) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX deployments_function ON deployments (function, sequence);
        """
}
