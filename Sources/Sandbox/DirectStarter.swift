import Glibc
public import LinuxSystem

/// Starts workers itself, as its children: the privileged half of direct activation.
///
/// A process of one thread, so that a clone of it is a safe place to run code in. It takes requests from the host, tells
/// what becomes of the workers, and ends with the host, and the workers with it.
public final class DirectStarter {
    struct Worker: ~Copyable {
        let process: ChildProcess
        let tenant: String?
        let isSupervised: Bool
        let controlGroup: String?
    }

    final class WorkerBox {
        let worker: Worker
        init(_ worker: consuming Worker) { self.worker = worker }
    }

    /// What a token of the poller stands for: 0 is the host, 1 a timer, everything else a worker's number plus 2.
    enum Token {
        static let host: UInt64 = 0
        static func worker(_ id: UInt64) -> UInt64 { id + 2 }
    }

    let host: MessageSocket
    let poller: Poller
    let configuration: StarterConfiguration
    let allowed: AllowedPaths
    let isPrivileged = geteuid() == 0
    let landlockABI = ChildProcess.landlockABI
    let controlGroups: ControlGroups?
    /// Whether this process is alone in a network namespace that the next worker can have.
    var hasNetwork = false
    var users = UserRanges()
    var watch = UsageWatch()
    var workers: [UInt64: WorkerBox] = [:]

    /// Takes the connection to the host, whose first message is the configuration.
    ///
    /// - Throws: ``SystemError``, ``MessageError``.
    public init(host: consuming MessageSocket) throws {
        poller = try Poller()
        try poller.add(host.descriptor.number, token: Token.host)
        _ = poller.wait()
        guard case .message(let bytes, _) = host.receive() else {
            throw SystemError("read the configuration from", "the host", code: EPIPE)
        }
        self.host = host
        configuration = try StarterConfiguration(bytes)
        allowed = AllowedPaths(roots: configuration.allowed)
        controlGroups = configuration.isUnsandboxed ? nil : ControlGroups.own()
    }

    /// Serves the host until it is gone.
    public func run() {
        while true {
            if isPrivileged, !hasNetwork, !configuration.isUnsandboxed {
                hasNetwork = ChildProcess.renewNetwork()
            }
            for token in poller.wait(atMost: watch.isIdle ? nil : UsageWatch.interval) {
                if token != Token.host {
                    finish(token - 2)
                } else if !serveHost() {
                    return
                }
            }
            lookAtUsage()
        }
    }

    private func serveHost() -> Bool {
        while true {
            switch host.receive() {
            case .nothing: return true
            case .end: return false
            case .message(let bytes, let descriptors):
                // The request's own copies; the worker has others.
                let owned = descriptors.map { SharedDescriptor(FileDescriptor(owning: $0)) }
                withExtendedLifetime(owned) { carryOut(bytes, owned.map(\.number)) }
            }
        }
    }

    private func carryOut(_ bytes: [UInt8], _ descriptors: [CInt]) {
        let request: StarterRequest
        do {
            request = try StarterRequest(bytes)
        } catch {
            // The host is as old as this program, or it is no host any more.
            return
        }
        switch request {
        case .begin: tell(.hello(description: description, notEnforced: notEnforced))
        case .signal(let id, let number): workers[id]?.worker.process.send(number)
        case .start(let request):
            do throws(SystemError) {
                let process = try start(request, descriptors)
                tell(.started(id: request.id, processID: process))
            } catch {
                tell(.failed(id: request.id, error))
            }
        }
    }

    private func finish(_ id: UInt64) {
        guard let box = workers.removeValue(forKey: id) else { return }
        poller.remove(box.worker.process.descriptor.number)
        // Until it is reaped, its number cannot be a stranger's.
        box.worker.process.endSession()
        var status = (try? box.worker.process.reap()) ?? .exited(-1)
        if box.worker.isSupervised, case .exited(let code) = status, (129...192).contains(code) {
            status = .signalled(code - 128)
        }
        if let tenant = box.worker.tenant { users.release(tenant: tenant) }
        if let name = box.worker.controlGroup { controlGroups?.remove(name) }
        watch.ended(id)
        tell(.exited(id: id, status))
    }

    private func lookAtUsage() {
        guard !watch.isIdle else { return }
        let limited = controlGroups?.controllers.isSuperset(of: [.memory, .cpu]) ?? false
        for id in watch.watched {
            guard let box = workers[id] else { continue }
            let tree = ProcessTree(root: box.worker.process.identifier)
            var usage = tree.usage
            if limited { usage.memory = nil }
            for action in watch.read(usage, of: id, atMicroseconds: Self.microseconds()) {
                switch action {
                case .kill: box.worker.process.send(SIGKILL)
                case .bind(let processors): tree.bind(toProcessors: processors)
                case .yield: setYielding(true, tree, box.worker.controlGroup)
                case .restore: setYielding(false, tree, box.worker.controlGroup)
                }
            }
        }
    }

    private func setYielding(_ isYielding: Bool, _ tree: ProcessTree, _ group: String?) {
        if let group, let controlGroups, controlGroups.controllers.contains(.cpu) {
            controlGroups.setYielding(isYielding, group)
        } else {
            // A user without privileges cannot take back the priority that its threads gave up.
            tree.setPriority(isYielding ? 19 : 0, threadsToo: isPrivileged)
        }
    }

    private func tell(_ report: StarterReport) { try? host.send(report.bytes) }

    private static func microseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
