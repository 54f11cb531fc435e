import CLinux
import Glibc

/// How a process ended.
public enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
    /// It called `exit` with this status.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)

    /// As a person reads it in a message: "exited with status 1", "was ended by signal 9 (Killed)".
    public var description: String {
        switch self {
        case .exited(let status): "exited with status \(status)"
        case .signalled(let number): "was ended by signal \(number) (\(String(cString: strsignal(number))))"
        }
    }
}

/// A child process, held by a pidfd, so that a signal can never reach a stranger that was given the same
/// number.
public struct ChildProcess: ~Copyable, Sendable {
    /// The process id, for messages.
    public let identifier: Int32
    /// Polls readable when the process has ended. The C type is a pidfd.
    public let descriptor: FileDescriptor

    /// What to start, and with what.
    public struct Request: Sendable {
        /// The program's path.
        public var path: String
        /// The arguments after the program's name.
        public var arguments: [String]
        /// The whole environment, as `NAME=value`. `LISTEN_PID` is added when descriptors are passed.
        public var environment: [String]
        /// Descriptor numbers that become 3, 4, … in the child; the caller keeps its own.
        public var descriptors: [CInt]
        /// Becomes standard output and standard error.
        public var output: CInt
        /// Where the program starts; nil for the caller's own working directory.
        public var workingDirectory: String?

        /// Collects the parts.
        public init(
            path: String, arguments: [String] = [], environment: [String], descriptors: [CInt] = [],
            output: CInt, workingDirectory: String? = nil
        ) {
            self.workingDirectory = workingDirectory
            self.path = path
            self.arguments = arguments
            self.environment = environment
            self.descriptors = descriptors
            self.output = output
        }
    }

    /// Starts a program in a session of its own. The kernel kills it when the *calling thread* ends, so call
    /// this on a thread that lives as long as the children should. Blocks until the program was executed,
    /// about 0.2 ms.
    ///
    /// - Throws: ``SystemError`` that names the step which failed in the child.
    public init(starting request: Request) throws(SystemError) {
        let input = try FileDescriptor.open("/dev/null", O_RDONLY)
        var listenPID = Array("LISTEN_PID=".utf8CString.dropLast()) + [CChar](repeating: 0, count: 16)
        let valueOffset = listenPID.count - 16
        let result = withCStrings([request.path] + request.arguments) { arguments in
            withCStrings(request.environment) { environment in
                listenPID.withUnsafeMutableBufferPointer { listenPID in
                    var environment = environment
                    if !request.descriptors.isEmpty {
                        environment.insert(listenPID.baseAddress, at: environment.count - 1)
                    }
                    return request.descriptors.withUnsafeBufferPointer { descriptors in
                        spawn(
                            request, arguments, environment, listenPID: listenPID.baseAddress! + valueOffset,
                            descriptors: descriptors, input: input.number)
                    }
                }
            }
        }
        guard result.step == hearth_linux_spawn_step_none else {
            throw SystemError(result.step.phrase, request.path, code: result.error)
        }
        identifier = result.pid
        descriptor = FileDescriptor(owning: result.pidfd)
    }

    init(identifier: Int32, descriptor: consuming FileDescriptor) {
        self.identifier = identifier
        self.descriptor = descriptor
    }

    /// Sends a signal; a process that has ended already is no error. The C function is `pidfd_send_signal`.
    public func send(_ signal: Int32) {
        _ = hearth_linux_pidfd_send_signal(descriptor.number, signal)
    }

    /// Kills what is left of the process group that it leads. Call it before ``reap()``: afterwards the
    /// number may belong to another. The C function is `kill` with a negative number.
    public func endSession() { kill(-identifier, SIGKILL) }

    /// Waits for the end of the process and releases its entry. Call it once, after ``descriptor`` polled
    /// readable.
    ///
    /// - Throws: ``SystemError``.
    public func reap() throws(SystemError) -> ExitStatus {
        let number = descriptor.number
        var code: CInt = 0
        var status: CInt = 0
        try retryingOnInterrupt("wait for", "process \(identifier)") {
            hearth_linux_pidfd_reap(number, &code, &status)
        }
        return code == CInt(CLD_EXITED) ? .exited(status) : .signalled(status)
    }
}

typealias CStrings = [UnsafeMutablePointer<CChar>?]

/// Lends the strings as a null-terminated array of C strings.
func withCStrings<Result>(_ strings: [String], _ body: (CStrings) -> Result) -> Result {
    var pointers: CStrings = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
}

private func spawn(
    _ request: ChildProcess.Request, _ arguments: CStrings, _ environment: CStrings,
    listenPID: UnsafeMutablePointer<CChar>, descriptors: UnsafeBufferPointer<CInt>, input: CInt
) -> hearth_linux_spawn_result {
    arguments.withUnsafeBufferPointer { arguments in
        environment.withUnsafeBufferPointer { environment in
            withCStrings([request.path, request.workingDirectory ?? ""]) { paths in
                var none: CInt = -1
                return withUnsafePointer(to: &none) { empty in
                    var parts = hearth_linux_spawn_request(
                        path: paths[0]!, working_directory: request.workingDirectory == nil ? nil : paths[1],
                        arguments: arguments.baseAddress!, environment: environment.baseAddress!,
                        listen_pid: descriptors.isEmpty ? nil : listenPID,
                        descriptors: descriptors.baseAddress ?? empty, descriptor_count: descriptors.count,
                        input: input, output: request.output)
                    return hearth_linux_spawn(&parts)
                }
            }
        }
    }
}

extension hearth_linux_spawn_step {
    /// What was being done when the step failed.
    fileprivate var phrase: String {
        switch self {
        case hearth_linux_spawn_step_clone: "create a process for"
        case hearth_linux_spawn_step_parent_died: "start, because the parent has ended,"
        case hearth_linux_spawn_step_descriptors: "pass descriptors to"
        case hearth_linux_spawn_step_directory: "enter the working directory of"
        default: "execute"
        }
    }
}
