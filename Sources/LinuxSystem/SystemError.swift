import Glibc

/// A system call that failed: the step, what it was done to, and the kernel's reason.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being done, as a verb phrase: "open", "map", "bind the socket".
    public let step: String
    /// What it was done to: a path, a size, a process.
    public let subject: String
    /// The kernel's error number. The corresponding C variable is `errno`.
    public let code: CInt

    /// Makes an error with a known number.
    public init(_ step: String, _ subject: String, code: CInt) {
        self.step = step
        self.subject = subject
        self.code = code
    }

    /// Takes the number from `errno`; call it before anything else can change that.
    public static func last(_ step: String, _ subject: String) -> SystemError {
        SystemError(step, subject, code: errno)
    }

    /// One sentence.
    public var description: String { "cannot \(step) \(subject): \(String(cString: strerror(code)))" }
}

/// Repeats a call that a signal interrupted; returns its result, or throws what `errno` says.
///
/// - Throws: ``SystemError``.
@discardableResult
public func retryingOnInterrupt<Result: FixedWidthInteger>(
    _ step: String, _ subject: @autoclosure () -> String, _ call: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        if errno != EINTR { throw .last(step, subject()) }
    }
}
