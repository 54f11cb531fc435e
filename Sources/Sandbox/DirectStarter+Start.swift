import Glibc
import LinuxSystem

extension DirectStarter {
    /// Starts a worker; returns its process number.
    func start(_ request: WorkerRequest, _ descriptors: [CInt]) throws(SystemError) -> Int32 {
        guard let output = descriptors.first, descriptors.count == request.descriptorNames.count + 1 else {
            throw SystemError("take the descriptors for", "worker \(request.id)", code: EBADF)
        }
        guard workers[request.id] == nil else {
            throw SystemError("start", "worker \(request.id)", code: EEXIST)
        }
        let passed = Array(descriptors.dropFirst())
        let box =
            configuration.isUnsandboxed
            ? try startPlainly(request, passed, output: output)
            : try startSandboxed(request, passed, output: output)
        let number = box.worker.process.identifier
        try poller.add(box.worker.process.descriptor.number, token: Token.worker(request.id))
        workers[request.id] = box
        if !configuration.isUnsandboxed {
            watch.started(request.id, memory: request.plan.memory, threads: request.plan.threads)
        }
        return number
    }

    private func startSandboxed(
        _ request: WorkerRequest, _ descriptors: [CInt], output: CInt
    ) throws(SystemError) -> WorkerBox {
        let plan = request.plan
        let program = try openProgram(plan)
        var identity = SandboxRequest.Identity.namespace
        if isPrivileged {
            guard let user = users.acquire(tenant: plan.tenant, worker: request.id) else {
                throw SystemError("find a free range of users for", plan.tenant, code: EAGAIN)
            }
            identity = .own(user: user, group: user)
        }
        do throws(SystemError) {
            let group = try makeControlGroup(request)
            var sandbox = SandboxRequest(
                program: program?.number, arguments: arguments(plan),
                environment: request.environment + plan.environment + messageVariables(request),
                output: output,
                identity: identity)
            sandbox.descriptors = descriptors
            sandbox.workingDirectory = plan.code == nil ? nil : SandboxPlan.codeFolder
            sandbox.views = try views(request)
            sandbox.hasProc = !plan.isNative
            sandbox.inheritsNetwork = takeNetwork()
            sandbox.hasLoopback = plan.port != nil
            sandbox.hasSupervisor = !plan.isNative
            sandbox.limits = limits(plan)
            sandbox.landlockABI = landlockABI
            sandbox.filter = configuration.filters[plan.systemCalls] ?? []
            sandbox.controlGroup = group?.number
            let process = try withExtendedLifetime((program, group)) { () throws(SystemError) in
                try ChildProcess(sandboxed: sandbox)
            }
            return WorkerBox(
                Worker(
                    process: process, tenant: isPrivileged ? plan.tenant : nil, isSupervised: !plan.isNative,
                    controlGroup: group == nil ? nil : Self.groupName(request.id)))
        } catch {
            if isPrivileged { users.release(tenant: plan.tenant) }
            controlGroups?.remove(Self.groupName(request.id))
            throw error
        }
    }

    /// Whether a network namespace was made ahead, which then is the program's alone.
    private func takeNetwork() -> Bool {
        defer { hasNetwork = false }
        return hasNetwork
    }

    /// As a plain child, which sees what this process sees. For measurements, and for machines that forbid sandboxes.
    private func startPlainly(
        _ request: WorkerRequest, _ descriptors: [CInt], output: CInt
    ) throws(SystemError) -> WorkerBox {
        let plan = request.plan
        let arguments = arguments(plan)
        let isExec = !plan.isNative && plan.port == nil
        let path =
            isExec
            ? executablePath(arguments[0], searchPath: SandboxPlan.searchPath)
            : plan.isNative ? configuration.workerProgram : configuration.adapterProgram
        var environment =
            request.environment + plan.environment + ListenVariables.all(request.descriptorNames)
        if let notify = request.notifyPath { environment.append("NOTIFY_SOCKET=\(notify)") }
        let process = try ChildProcess(
            starting: ChildProcess.Request(
                path: path, arguments: Array(arguments.dropFirst()), environment: environment,
                descriptors: descriptors, output: output, workingDirectory: plan.code))
        return WorkerBox(Worker(process: process, tenant: nil, isSupervised: false, controlGroup: nil))
    }

    /// The program as an open file, where it is one of ours.
    private func openProgram(_ plan: SandboxPlan) throws(SystemError) -> SharedDescriptor? {
        if plan.isNative {
            return SharedDescriptor(try FileDescriptor.open(configuration.workerProgram, O_RDONLY))
        }
        guard plan.port != nil else { return nil }
        return SharedDescriptor(try FileDescriptor.open(configuration.adapterProgram, O_RDONLY))
    }

    private func arguments(_ plan: SandboxPlan) -> [String] {
        switch plan.program {
        case .native: ["hearth-worker"]
        case .exec(let command, nil): command
        case .exec(let command, let port?): ["hearth-adapter", "\(port)", "--"] + command
        }
    }

    private func messageVariables(_ request: WorkerRequest) -> [String] {
        ListenVariables.all(request.descriptorNames)
            + (request.notifyPath == nil ? [] : ["NOTIFY_SOCKET=\(SandboxPlan.notifyPath)"])
    }

    /// What the worker sees. What the host asks to be shown must be among what this process was told to allow.
    private func views(_ request: WorkerRequest) throws(SystemError) -> [SandboxRequest.View] {
        let plan = request.plan
        var views: [SandboxRequest.View] = []
        if let notify = request.notifyPath {
            views.append(SandboxRequest.View(.socket, notify, at: SandboxPlan.notifyPath))
        }
        if let code = plan.code {
            views.append(SandboxRequest.View(.folder, code, at: SandboxPlan.codeFolder))
        }
        // A folder comes before those that lie in it, or it would hide them.
        views += plan.directories.sorted().map { SandboxRequest.View(.folder, $0) }
        if let forbidden = views.first(where: { !allowed.allow($0.source) }) {
            throw SystemError("show to a worker", forbidden.source, code: EACCES)
        }
        guard !plan.isNative else { return views }
        views += SandboxPlan.devices.map { SandboxRequest.View(.device, $0) }
        return views + HostLayout.links(showing: plan.directories)
    }

    private func limits(_ plan: SandboxPlan) -> [(resource: SandboxRequest.Resource, value: UInt64)] {
        [
            (.coreDump, 0), (.fileSize, 0), (.lockedMemory, 0), (.messageQueues, 0), (.waitingSignals, 256),
            (.openFiles, UInt64(plan.openFiles)), (.tasks, UInt64(plan.tasks)), (.data, UInt64(plan.memory)),
        ]
    }

    private func makeControlGroup(_ request: WorkerRequest) throws(SystemError) -> SharedDescriptor? {
        guard let controlGroups else { return nil }
        let plan = request.plan
        let limits = ControlGroups.Limits(
            memory: plan.memory + plan.modelBytes, processors: plan.threads, tasks: plan.tasks)
        return SharedDescriptor(try controlGroups.make(Self.groupName(request.id), limits))
    }

    private static func groupName(_ id: UInt64) -> String { "worker-\(id)" }
}
