/// An error that a user can act on.
///
/// The code is closed and small, so that metrics and tests use it alone; the message names the step, the
/// subject and the cause; the remedy says what to do next, where there is something to do.
public struct HearthError: Error, Hashable, Sendable {
    /// What kind of failure this is. The raw value is what clients see as `code`.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidManifest = "invalid_manifest"
        case invalidModel = "invalid_model"
        case unauthorized = "unauthorized"
        case forbidden = "forbidden"
        case functionUnknown = "function_unknown"
        case revisionUnknown = "revision_unknown"
        case routeUnknown = "route_unknown"
        case methodNotAllowed = "method_not_allowed"
        case conflict = "conflict"
        case blobMissing = "blob_missing"
        case payloadTooLarge = "payload_too_large"
        case headersTooLarge = "headers_too_large"
        case quotaExceeded = "quota_exceeded"
        case internalError = "internal_error"
        case workerDied = "worker_died"
        case workerStartFailed = "worker_start_failed"
        case noCapacity = "no_capacity"
        case shuttingDown = "shutting_down"
        case deadlineExceeded = "deadline_exceeded"
    }

    /// The kind of failure.
    public var code: Code
    /// Step, subject and cause, as one sentence.
    public var message: String
    /// What the reader can do about it.
    public var remedy: String?
    /// When a repeated request may succeed; becomes `Retry-After`, rounded up to whole seconds.
    public var retryAfter: Duration?

    /// Makes an error from its parts.
    public init(_ code: Code, _ message: String, remedy: String? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.retryAfter = retryAfter
    }

    /// The HTTP status that stands for the code.
    public var status: Int { code.status }
}

extension HearthError.Code {
    /// The HTTP status that stands for this code.
    public var status: Int {
        switch self {
        case .invalidRequest, .invalidManifest, .invalidModel: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .functionUnknown, .revisionUnknown, .routeUnknown: 404
        case .methodNotAllowed: 405
        case .conflict, .blobMissing: 409
        case .payloadTooLarge: 413
        case .quotaExceeded: 429
        case .headersTooLarge: 431
        case .internalError: 500
        case .workerDied: 502
        case .workerStartFailed, .noCapacity, .shuttingDown: 503
        case .deadlineExceeded: 504
        }
    }
}

extension HearthError: CustomStringConvertible {
    /// Message and remedy, as a person reads them in a terminal.
    public var description: String {
        guard let remedy else { return message }
        return "\(message)\n  \(remedy)"
    }
}
