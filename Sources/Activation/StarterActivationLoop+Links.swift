import Glibc
import LinuxSystem
import Sandbox
import WorkerProtocol

extension StarterActivationLoop {
    /// Makes what connects host and worker, and asks the starter for the worker. A service manager makes its own.
    func send(_ start: WorkerStart, _ link: WorkerLink) throws(SystemError) {
        var request = WorkerRequest(
            id: start.id, plan: start.plan, environment: start.specification.environment,
            socketPath: start.socketPath, notifyPath: nil, modelPath: start.modelPath, descriptorNames: [])
        guard starter.kind != .systemd else {
            return try starter.socket.send(StarterRequest.start(request).bytes)
        }
        if start.plan.isNative { request.environment.append(Watchdog.variable) }
        let notifyPath = "\(runFolder)/notify-\(start.id).sock"
        request.notifyPath = notifyPath
        // Whoever can reach the path may send: the folder is the host's own, and the worker sees this one socket of it.
        let messages = SharedDescriptor(try UnixSocket.receiver(path: notifyPath, mode: 0o666))
        link.messages = messages
        link.messagesPath = notifyPath
        let output = try Pipe()
        var descriptors = [output.writeEnd.number]
        let listener = try listen(start, &request, &descriptors)
        let model = try openModel(start, &request, &descriptors)
        try withExtendedLifetime((listener, model)) { () throws(SystemError) in
            try starter.socket.send(StarterRequest.start(request).bytes, descriptors: descriptors)
        }
        link.output = SharedDescriptor(output.keepReadEnd())
    }

    /// Listens to a worker from its start on, so that nothing is told of it before.
    func listen(to link: WorkerLink) {
        guard !link.isHeard else { return }
        link.isHeard = true
        if let messages = link.messages {
            try? poller.add(messages.number, token: Source.messages.token(link.id))
        }
        if let output = link.output { try? poller.add(output.number, token: Source.output.token(link.id)) }
    }

    private func listen(
        _ start: WorkerStart, _ request: inout WorkerRequest, _ descriptors: inout [CInt]
    ) throws(SystemError) -> SharedDescriptor? {
        guard let path = start.socketPath else { return nil }
        let socket = SharedDescriptor(try UnixSocket.listen(path: path))
        request.descriptorNames.append(ListenEnvironment.listenerName)
        descriptors.append(socket.number)
        return socket
    }

    private func openModel(
        _ start: WorkerStart, _ request: inout WorkerRequest, _ descriptors: inout [CInt]
    ) throws(SystemError) -> SharedDescriptor? {
        guard let path = start.modelPath else { return nil }
        let file = SharedDescriptor(try FileDescriptor.open(path, O_RDONLY))
        request.descriptorNames.append(ListenEnvironment.modelName)
        descriptors.append(file.number)
        return file
    }

    /// Asks a worker whether it serves, where it does not say so itself, or where only a connection starts it.
    func ask(_ link: WorkerLink) {
        guard let path = link.start.socketPath, !link.wasAsked,
            link.messages == nil || !link.start.plan.isNative
        else { return }
        guard let probe = try? ReadinessProbe(socketPath: path),
            (try? poller.add(probe.connection.number, token: Source.probe.token(link.id))) != nil
        else { return }
        link.probe = probe
        link.wasAsked = true
    }

    func readProbe(_ link: WorkerLink) {
        guard let probe = link.probe else { return }
        switch probe.read() {
        case .waiting: return
        case .hungUp:
            // It ends, or it refuses to answer; either way somebody else will tell.
            stopAsking(link)
        case .ready(let load):
            stopAsking(link)
            var message = WorkerMessage()
            message.isReady = true
            message.loadMicroseconds = load
            handler(.message(id: link.id, message))
        }
    }

    private func stopAsking(_ link: WorkerLink) {
        if let probe = link.probe { poller.remove(probe.connection.number) }
        link.probe = nil
    }

    func receiveMessages(_ link: WorkerLink) {
        guard let messages = link.messages else { return }
        while let (bytes, _) = UnixSocket.receive(from: messages.descriptor) {
            let message = WorkerMessage(bytes)
            if link.start.plan.isNative, message.isReady || message.isAlive { link.aliveAt = .now }
            handler(.message(id: link.id, message))
        }
    }

    func readOutput(_ link: WorkerLink) {
        guard let output = link.output, let bytes = readAvailable(output.descriptor) else { return }
        link.outputBudget -= bytes.count
        if bytes.isEmpty || link.outputBudget <= 0 { poller.remove(output.number) }
        for line in link.lines.append(bytes) { handler(.output(id: link.id, line: line)) }
    }

    /// Reads on where a worker had written more than its share.
    func renewBudget(_ link: WorkerLink) {
        let mustWait = link.outputBudget <= 0
        link.outputBudget = min(link.outputBudget + WorkerLink.outputRate, WorkerLink.outputBurst)
        if mustWait, let output = link.output {
            try? poller.add(output.number, token: Source.output.token(link.id))
        }
    }

    /// What it said last explains its end, so it comes first.
    func drain(_ link: WorkerLink) {
        receiveMessages(link)
        guard let output = link.output else { return }
        // A pipe holds 64 KiB. More comes only from children of its own, which may go on for ever.
        for _ in 0..<8 {
            guard let bytes = readAvailable(output.descriptor), !bytes.isEmpty else { break }
            for line in link.lines.append(bytes) { handler(.output(id: link.id, line: line)) }
        }
        if let line = link.lines.finish() { handler(.output(id: link.id, line: line)) }
    }

    func close(_ link: WorkerLink) {
        stopAsking(link)
        if let output = link.output { poller.remove(output.number) }
        if let messages = link.messages { poller.remove(messages.number) }
        for path in [link.start.socketPath, link.messagesPath] { if let path { unlink(path) } }
        link.output = nil
        link.messages = nil
    }
}
