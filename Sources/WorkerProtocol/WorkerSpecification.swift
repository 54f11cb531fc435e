/// What a native worker is told about the revision that it serves, by environment variables.
///
/// An exec worker gets the same variables and may ignore them.
public struct WorkerSpecification: Hashable, Sendable {
    /// What the process is started for.
    public enum Purpose: String, Hashable, Sendable {
        /// Serve requests on the listener until told to stop.
        case serve
        /// Load the model, say what is wrong with it or nothing, and exit.
        case validate
    }

    /// Serve or validate.
    public var purpose: Purpose
    /// `tenant/name`, for answers and messages.
    public var function: String
    /// The revision's digest in hexadecimal, for answers.
    public var revision: String
    /// What requests ask of the model: `embed` is all that this worker knows.
    public var task: String
    /// Threads that compute at the same time, at least 1.
    public var threads: Int
    /// The largest request body in bytes.
    public var maxBody: Int

    /// Collects the parts.
    public init(
        purpose: Purpose = .serve, function: String, revision: String, task: String = "embed",
        threads: Int = 1,
        maxBody: Int = 4 << 20
    ) {
        self.purpose = purpose
        self.function = function
        self.revision = revision
        self.task = task
        self.threads = threads
        self.maxBody = maxBody
    }

    /// As environment variables, `NAME=value`.
    public var environment: [String] {
        [
            "HEARTH_PURPOSE=\(purpose.rawValue)", "HEARTH_FUNCTION=\(function)",
            "HEARTH_REVISION=\(revision)",
            "HEARTH_TASK=\(task)", "HEARTH_THREADS=\(threads)", "HEARTH_MAX_BODY=\(maxBody)",
        ]
    }

    /// Reads the variables back; what is not set has its default.
    ///
    /// - Throws: ``ContractError`` naming the variable and its value.
    public init(lookup: (String) -> String?) throws(ContractError) {
        self.init(function: lookup("HEARTH_FUNCTION") ?? "unnamed", revision: lookup("HEARTH_REVISION") ?? "")
        if let text = lookup("HEARTH_PURPOSE") {
            guard let purpose = Purpose(rawValue: text) else {
                throw ContractError("HEARTH_PURPOSE is '\(text)', which is neither 'serve' nor 'validate'")
            }
            self.purpose = purpose
        }
        if let task = lookup("HEARTH_TASK") { self.task = task }
        threads = try Self.number("HEARTH_THREADS", lookup, in: 1...1024) ?? threads
        maxBody = try Self.number("HEARTH_MAX_BODY", lookup, in: 1...(1 << 40)) ?? maxBody
    }

    private static func number(
        _ name: String, _ lookup: (String) -> String?, in bounds: ClosedRange<Int>
    ) throws(ContractError) -> Int? {
        guard let text = lookup(name) else { return nil }
        guard let number = Int(text), bounds.contains(number) else {
            throw ContractError(
                "\(name) is '\(text)', not a number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }
}
