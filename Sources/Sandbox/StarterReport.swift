public import LinuxSystem

/// What the starter tells the host.
public enum StarterReport: Hashable, Sendable {
    /// The starter is there; what it is, and which limits it cannot enforce on this machine, a sentence each.
    case hello(description: String, notEnforced: [String])
    /// The worker's socket listens; its process exists where a number is given.
    case started(id: UInt64, processID: Int32?)
    /// A message of the worker, as it sends them itself on `NOTIFY_SOCKET`.
    case message(id: UInt64, text: String)
    /// The worker's process has ended.
    case exited(id: UInt64, ExitStatus)
    /// The worker could not be started.
    case failed(id: UInt64, SystemError)

    /// The message.
    public var bytes: [UInt8] {
        var fields = Fields()
        switch self {
        case .hello(let description, let notEnforced):
            fields.add("what", "hello")
            fields.add("description", description)
            fields.add("not-enforced", each: notEnforced)
        case .started(let id, let processID):
            fields.add("what", "started")
            fields.add("id", id)
            if let processID { fields.add("process", processID) }
        case .message(let id, let text):
            fields.add("what", "message")
            fields.add("id", id)
            fields.add("text", text)
        case .exited(let id, let status):
            fields.add("what", "exited")
            fields.add("id", id)
            switch status {
            case .exited(let code): fields.add("status", code)
            case .signalled(let number): fields.add("signal", number)
            }
        case .failed(let id, let error):
            fields.add("what", "failed")
            fields.add("id", id)
            fields.add("step", error.step)
            fields.add("subject", error.subject)
            fields.add("code", error.code)
        }
        return fields.bytes
    }

    /// Reads a message.
    ///
    /// - Throws: ``MessageError``.
    public init(_ bytes: [UInt8]) throws(MessageError) {
        let fields = try Fields(bytes)
        switch try fields.text("what") {
        case "hello":
            self = .hello(
                description: try fields.text("description"), notEnforced: fields.all("not-enforced"))
        case "started":
            let process: Int32? = fields.optional("process") == nil ? nil : try fields.number("process")
            self = .started(id: try fields.number("id"), processID: process)
        case "message": self = .message(id: try fields.number("id"), text: try fields.text("text"))
        case "exited":
            let status: ExitStatus =
                fields.optional("signal") == nil
                ? .exited(try fields.number("status")) : .signalled(try fields.number("signal"))
            self = .exited(id: try fields.number("id"), status)
        case "failed":
            self = .failed(
                id: try fields.number("id"),
                SystemError(
                    try fields.text("step"), try fields.text("subject"), code: try fields.number("code")))
        case let other: throw MessageError("'\(other)' is nothing that a starter tells")
        }
    }
}
