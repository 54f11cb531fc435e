public import FunctionTypes
import GRDB

/// What is deployed: tenants, functions, revisions, aliases and the log of deploys, in one SQLite file.
///
/// Each change is one transaction that is on disk when the call returns (write-ahead log,
/// `synchronous=FULL`), so a crash at any instant leaves the state before or after it. Revisions never
/// change. Calls are serialised and block on the disk; run them on a thread that may block. Several processes
/// may open the same file.
public final class Registry: Sendable {
    /// The file.
    public let path: String
    let database: DatabaseQueue

    /// Opens the file, creates it where it is missing, checks it, and brings an older schema up to date.
    ///
    /// - Throws: ``HearthError`` `.internalError`: not a database, damaged, written by a newer version, or
    ///   not
    ///   accessible; the message names the file.
    public init(path: String) throws(HearthError) {
        self.path = path
        database = try Self.open(path)
    }

    /// Reads in a transaction, so that everything read belongs to one state.
    func read<Value>(_ step: String, _ body: (Database) throws -> Value) throws -> Value {
        do {
            return try database.read(body)
        } catch let error as DatabaseError {
            throw HearthError.database(step, path, error)
        }
    }

    /// Writes in a transaction; whatever the body throws undoes it.
    func write<Value>(_ step: String, _ body: (Database) throws -> Value) throws -> Value {
        do {
            return try database.write(body)
        } catch let error as DatabaseError {
            throw HearthError.database(step, path, error)
        }
    }
}
