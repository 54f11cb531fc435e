import FunctionTypes
import GRDB

extension HearthError {
    static func unknown(_ function: FunctionID) -> HearthError {
        HearthError(
            .functionUnknown, "There is no function '\(function.name)' of the tenant '\(function.tenant)'.",
            remedy: "Check the name, or deploy it.")
    }

    static func unknown(_ tenant: TenantID) -> HearthError {
        HearthError(
            .invalidRequest, "There is no tenant '\(tenant)'.",
            remedy: "Check the name, or create the tenant first.")
    }

    /// What SQLite reports, told as a step on a file with a remedy.
    static func database(_ step: String, _ path: String, _ error: DatabaseError) -> HearthError {
        let cause = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        let remedy: String
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            remedy =
                "Move the file and those beside it of the same name away, and restore a backup or deploy again."
        case .SQLITE_FULL: remedy = "Make room on the disk."
        case .SQLITE_BUSY, .SQLITE_LOCKED: remedy = "Another process writes to it; stop that, or try again."
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            remedy = "Check that the folder exists and that this user may write to it."
        case .SQLITE_IOERR: remedy = "Check the disk."
        default: remedy = "Report this with the file's schema: sqlite3 FILE .schema"
        }
        return HearthError(.internalError, "Cannot \(step) the registry \(path): \(cause).", remedy: remedy)
    }
}
