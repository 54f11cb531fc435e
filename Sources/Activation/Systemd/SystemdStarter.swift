import Glibc
public import LinuxSystem
import Sandbox

/// Has the machine's systemd start workers: the privileged half of activation by systemd.
///
/// For each worker it makes a socket unit and a service unit that live as long as the worker. systemd owns the socket and
/// starts the process on the first connection; what becomes of it arrives as signals on the bus.
public final class SystemdStarter {
    /// The oldest version whose properties are used here.
    static let oldestVersion = 252

    enum Call {
        case start(UInt64)
        case other
    }

    let host: MessageSocket
    let bus: Bus
    let poller: Poller
    let configuration: StarterConfiguration
    let allowed: AllowedPaths
    let version: Int
    var workers: [UInt64: WorkerUnit] = [:]
    /// Which worker the object of a service or the name of a unit stands for.
    var identifiers: [String: UInt64] = [:]
    var calls: [UInt64: Call] = [:]
    var slices: Set<String> = []
    /// How many processors each worker may keep busy.
    var threads: [UInt64: Int] = [:]
    var watch = UsageWatch()
    private var hasBegun = false

    /// Takes the connection to the host, whose first message is the configuration.
    ///
    /// - Throws: ``SystemError``, ``MessageError``.
    public init(host: consuming MessageSocket) throws {
        signal(SIGPIPE, SIG_IGN)
        // The host ends it by hanging up, also when it is killed: then there are units to end.
        outliveParent()
        signal(SIGINT, SIG_IGN)
        signal(SIGTERM, SIG_IGN)
        poller = try Poller()
        try poller.add(host.descriptor.number, token: 0)
        _ = poller.wait()
        guard case .message(let bytes, _) = host.receive() else {
            throw SystemError("read the configuration from", "the host", code: EPIPE)
        }
        self.host = host
        configuration = try StarterConfiguration(bytes)
        allowed = AllowedPaths(roots: configuration.allowed)
        bus = try Bus()
        try poller.add(bus.descriptor, token: 1)
        version = try bus.systemdVersion()
        guard version >= Self.oldestVersion else {
            throw SystemError(
                "use systemd \(version), which is older than", "\(Self.oldestVersion)", code: ENOTSUP)
        }
    }

    /// Serves the host until it is gone, then ends every worker.
    public func run() {
        while serveBus(), serveHost() {
            _ = poller.wait(atMost: watch.isIdle ? nil : UsageWatch.interval)
            lookAtUsage()
        }
        // A host that never began may not be the one whose units these are.
        if hasBegun { endUnits() }
    }

    private func serveHost() -> Bool {
        while true {
            switch host.receive() {
            case .nothing: return true
            case .end: return false
            case .message(let bytes, let descriptors):
                for descriptor in descriptors { close(descriptor) }
                carryOut(bytes)
            }
        }
    }

    private func carryOut(_ bytes: [UInt8]) {
        // The host is as old as this program, or it is no host any more.
        guard let request = try? StarterRequest(bytes) else { return }
        switch request {
        case .begin:
            hasBegun = true
            endOldUnits()
            tell(
                .hello(
                    description: "systemd \(version), a transient socket and service each", notEnforced: []))
        case .start(let request):
            do throws(SystemError) {
                try start(request)
            } catch {
                tell(.failed(id: request.id, error))
            }
        case .signal(let id, let number): stop(id, by: number)
        }
    }

    private func serveBus() -> Bool {
        while true {
            switch bus.next() {
            case .message(let message): take(message)
            case .again: continue
            case .nothing: return true
            case .end: return false
            }
        }
    }

    private func take(_ message: borrowing BusMessage) {
        if let cookie = message.replyCookie {
            guard let call = calls.removeValue(forKey: cookie) else { return }
            if case .start(let id) = call { answered(id, message) }
            return
        }
        switch message.signal {
        case "JobRemoved": jobRemoved(message)
        case "UnitRemoved":
            guard let unit = message.readText(), let id = identifiers[unit], workers[id]?.service == unit
            else { return }
            if let meanings = workers[id]?.removed() { tell(meanings, of: id) }
        case "PropertiesChanged":
            guard let path = message.path, let id = identifiers[path] else { return }
            if let meanings = workers[id]?.take(message.changes()) { tell(meanings, of: id) }
        default: return
        }
    }

    /// systemd has the units, or says why not.
    private func answered(_ id: UInt64, _ message: borrowing BusMessage) {
        if let failure = message.failure {
            forget(id)
            tell(
                .failed(
                    id: id,
                    SystemError("have systemd start (\(failure))", "worker \(id)", code: message.failureCode))
            )
        } else if workers[id]?.socket == nil {
            tell(.started(id: id, processID: nil))
        }
    }

    /// The socket listens when its job is done.
    private func jobRemoved(_ message: borrowing BusMessage) {
        message.skip("uo")
        guard let unit = message.readText(), let result = message.readText(), let id = identifiers[unit],
            workers[id]?.socket == unit
        else { return }
        if result == "done" {
            tell(.started(id: id, processID: nil))
        } else if workers[id] != nil {
            stop(id, by: SIGKILL)
            forget(id)
            tell(
                .failed(id: id, SystemError("have systemd listen (\(result)) for", "worker \(id)", code: EIO))
            )
        }
    }

    private func tell(_ meanings: [WorkerUnit.Meaning], of id: UInt64) {
        for meaning in meanings {
            switch meaning {
            case .process(let number):
                watch.started(id, memory: .max, threads: threads[id] ?? 1)
                tell(.started(id: id, processID: number))
            case .status(let text): tell(.message(id: id, text: "STATUS=\(text)"))
            case .failure(let cause):
                if !cause.isEmpty { tell(.message(id: id, text: "X_HEARTH_FAILURE=\(cause)")) }
            case .ended(let status):
                if let socket = workers[id]?.socket { stopUnit(socket) }
                forget(id)
                tell(.exited(id: id, status))
            }
        }
    }

    func forget(_ id: UInt64) {
        guard let worker = workers.removeValue(forKey: id) else { return }
        watch.ended(id)
        threads[id] = nil
        for name in [worker.service, UnitName.path(of: worker.service), worker.socket] {
            if let name { identifiers[name] = nil }
        }
    }

    private func tell(_ report: StarterReport) { try? host.send(report.bytes) }
}
