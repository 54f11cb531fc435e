import Glibc
import LinuxSystem
import Sandbox

extension SystemdStarter {
    /// Asks for a worker's units.
    func start(_ request: WorkerRequest) throws(SystemError) {
        guard workers[request.id] == nil else {
            throw SystemError("start", "worker \(request.id)", code: EEXIST)
        }
        let plan = request.plan
        let shown = [request.modelPath, plan.code].compactMap { $0 } + plan.directories
        if let forbidden = shown.first(where: { !allowed.allow($0) }) {
            throw SystemError("show to a worker", forbidden, code: EACCES)
        }
        guard configuration.allowsSocket(of: request) else {
            throw SystemError("have a worker listen at", request.socketPath ?? "", code: EACCES)
        }
        try startSlice(UnitName.slice(ofTenant: plan.tenant))
        let root = try EmptyRoot(
            in: configuration.rootsFolder,
            name: plan.isNative ? "native" : "exec-\(UnitName.escaped(plan.tenant))",
            directories: plan.directories)
        let properties = UnitProperties(request: request, configuration: configuration, root: root.path)
        let name = "\(configuration.unitPrefix)-\(request.id)"
        let unit = WorkerUnit(
            id: request.id, service: "\(name).service",
            socket: request.socketPath == nil ? nil : "\(name).socket")
        let call = try bus.managerCall("StartTransientUnit")
        try call.append(unit.socket ?? unit.service)
        try call.append("fail")
        try call.append(request.socketPath.map { properties.socket(path: $0) } ?? properties.service)
        try call.container("a", "(sa(sv))") { () throws(SystemError) in
            guard request.socketPath != nil else { return }
            try call.container("r", "sa(sv)") { () throws(SystemError) in
                try call.append(unit.service)
                try call.append(properties.service)
            }
        }
        workers[request.id] = unit
        threads[request.id] = plan.threads
        for key in [unit.service, UnitName.path(of: unit.service), unit.socket] {
            if let key { identifiers[key] = request.id }
        }
        calls[try bus.send(call)] = .start(request.id)
    }

    /// SIGTERM lets it drain, within the time that its unit has for that; anything else ends it now.
    func stop(_ id: UInt64, by number: Int32) {
        guard let worker = workers[id] else { return }
        if number != SIGTERM, let call = killCall(worker.service, number) { send(call) }
        if let socket = worker.socket { stopUnit(socket) }
        stopUnit(worker.service)
    }

    func stopUnit(_ name: String) { if let call = stopCall(name) { send(call) } }

    /// Ends every unit that a host with this state folder has. systemd obeys only who is still there when it looks, so each
    /// answer is awaited.
    func endUnits() {
        // Sockets first: a service whose socket listens could be started again.
        for name in units().sorted(by: { $0.hasSuffix(".socket") && !$1.hasSuffix(".socket") }) {
            if name.hasSuffix(".service"), let kill = killCall(name, SIGKILL) { _ = try? bus.call(kill) }
            if let stop = stopCall(name) { _ = try? bus.call(stop) }
        }
    }

    /// Ends what a host that was killed left behind, and waits for that: a new unit may get the name of an old one, and an
    /// old socket takes its path with it.
    func endOldUnits() {
        endUnits()
        for _ in 0..<1000 where !units().isEmpty { usleep(10_000) }
    }

    private func units() -> [String] {
        guard let call = try? bus.managerCall("ListUnitsByPatterns") else { return [] }
        _ = try? call.container("a", "s") {}
        _ = try? call.container("a", "s") { () throws(SystemError) in
            try call.append("\(configuration.unitPrefix)-*")
        }
        guard let reply = try? bus.call(call) else { return [] }
        var names: [String] = []
        reply.enter("a", "(ssssssouso)") {
            while reply.enter(
                "r", "ssssssouso",
                {
                    if let name = reply.readText() { names.append(name) }
                    reply.skip("sssssouso")
                })
            {}
        }
        return names
    }

    private func killCall(_ name: String, _ number: Int32) -> BusMessage? {
        guard let call = try? bus.managerCall("KillUnit") else { return nil }
        _ = try? call.append(name)
        _ = try? call.append("all")
        _ = try? call.append(number)
        return call
    }

    private func stopCall(_ name: String) -> BusMessage? {
        guard let call = try? bus.managerCall("StopUnit") else { return nil }
        _ = try? call.append(name)
        _ = try? call.append("replace")
        return call
    }

    /// A tenant's slice stays while the host runs, so that no start has to wait for it.
    private func startSlice(_ name: String) throws(SystemError) {
        guard slices.insert(name).inserted else { return }
        let call = try bus.managerCall("StartUnit")
        try call.append(name)
        try call.append("fail")
        send(call)
    }

    func send(_ call: borrowing BusMessage) {
        if let cookie = try? bus.send(call) { calls[cookie] = .other }
    }
}
