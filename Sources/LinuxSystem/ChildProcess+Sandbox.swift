import CLinux
import Glibc

extension ChildProcess {
    /// Starts a program in a sandbox. The calling process must have one thread: between clone and exec its copy goes
    /// on. The kernel kills the program when the caller ends. Blocks until the program was executed, about 0.5 ms.
    ///
    /// - Throws: ``SystemError`` that names the step which failed, and what it was about.
    public init(sandboxed request: SandboxRequest) throws(SystemError) {
        let input = try FileDescriptor.open("/dev/null", O_RDONLY)
        var environment = request.environment
        let hasListenPID = !request.descriptors.isEmpty
        if hasListenPID { environment.append("LISTEN_PID=" + String(repeating: " ", count: 15)) }
        let result = withCStrings(request.arguments) { arguments in
            withCStrings(environment) { environment in
                let listenPID =
                    hasListenPID ? environment[environment.count - 2]! + "LISTEN_PID=".utf8.count : nil
                return SandboxCall(request, input.number).start(arguments, environment, listenPID)
            }
        }
        guard result.step == hearth_sandbox_step_none else {
            throw SystemError(
                result.step.phrase, Self.subject(of: result, request), code: result.error)
        }
        self.init(identifier: result.pid, descriptor: FileDescriptor(owning: result.pidfd))
    }

    /// The landlock ABI of this kernel; 0 where it has none.
    public static var landlockABI: Int { Int(hearth_sandbox_landlock_abi()) }

    /// Moves this process into a new network namespace, which it can leave to the next program that it starts. Takes root.
    ///
    /// - Returns: whether there is one now.
    public static func renewNetwork() -> Bool { hearth_sandbox_renew_network() == 0 }

    private static func subject(of result: hearth_sandbox_result, _ request: SandboxRequest) -> String {
        let index = Int(result.index)
        switch result.step {
        case hearth_sandbox_step_open_view, hearth_sandbox_step_attach_view, hearth_sandbox_step_link:
            return request.views.indices.contains(index) ? request.views[index].target : "a view"
        case hearth_sandbox_step_limits:
            return request.limits.indices.contains(index)
                ? "\(request.limits[index].resource)" : "a resource"
        default: return request.arguments.first ?? "the program"
        }
    }
}

/// Lends the parts of a request to C for the time of a call.
private struct SandboxCall {
    let request: SandboxRequest
    let input: CInt

    init(_ request: SandboxRequest, _ input: CInt) {
        self.request = request
        self.input = input
    }

    func start(
        _ arguments: CStrings, _ environment: CStrings, _ listenPID: UnsafeMutablePointer<CChar>?
    ) -> hearth_sandbox_result {
        withCStrings(
            [request.workingDirectory ?? "", request.stage]
                + request.views.flatMap { [$0.source, $0.target] }
        ) { strings in
            let views = request.views.enumerated().map { position, view in
                hearth_sandbox_view(
                    view, source: strings[2 + 2 * position]!, target: strings[3 + 2 * position]!)
            }
            let limits = request.limits.map {
                hearth_sandbox_limit(resource: $0.resource.rawValue, value: $0.value)
            }
            return arguments.withUnsafeBufferPointer { arguments in
                environment.withUnsafeBufferPointer { environment in
                    withLists(views, limits) { parts in
                        parts.arguments = arguments.baseAddress!
                        parts.environment = environment.baseAddress!
                        parts.listen_pid = listenPID
                        parts.working_directory =
                            request.workingDirectory == nil ? nil : UnsafePointer(strings[0]!)
                        parts.stage = UnsafePointer(strings[1]!)
                        return hearth_sandbox_start(&parts)
                    }
                }
            }
        }
    }

    /// A request whose lists and numbers are set; its strings are the caller's.
    private func withLists(
        _ views: [hearth_sandbox_view], _ limits: [hearth_sandbox_limit],
        _ body: (inout hearth_sandbox_request) -> hearth_sandbox_result
    ) -> hearth_sandbox_result {
        request.descriptors.withUnsafeBufferPointer { descriptors in
            views.withUnsafeBufferPointer { views in
                limits.withUnsafeBufferPointer { limits in
                    request.filter.withUnsafeBufferPointer { filter in
                        var parts = numbers()
                        parts.descriptors = descriptors.baseAddress
                        parts.descriptor_count = request.descriptors.count
                        parts.views = views.baseAddress
                        parts.view_count = request.views.count
                        parts.limits = limits.baseAddress
                        parts.limit_count = request.limits.count
                        parts.filter = UnsafeRawPointer(filter.baseAddress)
                        parts.filter_count = filter.count
                        return body(&parts)
                    }
                }
            }
        }
    }

    private func numbers() -> hearth_sandbox_request {
        var parts = hearth_sandbox_request()
        parts.program = request.program ?? -1
        parts.input = input
        parts.output = request.output
        switch request.identity {
        case .own(let user, let group): (parts.is_privileged, parts.user, parts.group) = (true, user, group)
        case .namespace: (parts.is_privileged, parts.user, parts.group) = (false, geteuid(), getegid())
        }
        parts.has_proc = request.hasProc
        parts.inherits_network = request.inheritsNetwork
        parts.has_loopback = request.hasLoopback
        parts.has_supervisor = request.hasSupervisor
        parts.refuses_executable_memory = request.refusesExecutableMemory
        parts.landlock_abi = CInt(request.landlockABI)
        parts.control_group = request.controlGroup ?? -1
        return parts
    }
}

extension hearth_sandbox_view {
    fileprivate init(
        _ view: SandboxRequest.View, source: UnsafeMutablePointer<CChar>, target: UnsafeMutablePointer<CChar>
    ) {
        // Inside, every path is taken from the root that becomes the working directory.
        self.init(
            source: source, target: target + (view.target.hasPrefix("/") ? 1 : 0),
            is_link: view.kind == .link,
            is_folder: view.kind == .folder, is_device: view.kind == .device, is_socket: view.kind == .socket)
    }
}

extension hearth_sandbox_step {
    /// What was being done when the step failed.
    fileprivate var phrase: String {
        switch self {
        case hearth_sandbox_step_clone: "create a process with namespaces of its own for"
        case hearth_sandbox_step_users: "map users for"
        case hearth_sandbox_step_open_view: "open for the sandbox"
        case hearth_sandbox_step_root: "make an empty root for"
        case hearth_sandbox_step_attach_view, hearth_sandbox_step_link: "put into the sandbox"
        case hearth_sandbox_step_proc: "mount /proc for"
        case hearth_sandbox_step_network: "set up the network namespace of"
        case hearth_sandbox_step_limits: "limit"
        case hearth_sandbox_step_descriptors: "pass descriptors to"
        case hearth_sandbox_step_identity: "drop the privileges of"
        case hearth_sandbox_step_parent_died: "start, because the starter has ended,"
        case hearth_sandbox_step_directory: "enter the working directory of"
        case hearth_sandbox_step_landlock: "restrict by landlock"
        case hearth_sandbox_step_memory_protection: "refuse executable memory to"
        case hearth_sandbox_step_seccomp: "restrict the system calls of"
        case hearth_sandbox_step_supervisor: "start a first process for"
        default: "execute"
        }
    }
}
