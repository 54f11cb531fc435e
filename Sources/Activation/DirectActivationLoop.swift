import Glibc
import LinuxSystem
import Synchronization
import WorkerProtocol

/// The thread of ``DirectActivation``: everything it knows is its own, but for the mutex that proves so to
/// the compiler.
final class DirectActivationLoop: Sendable {
    private struct Worker: ~Copyable {
        let process: ChildProcess
        let output: FileDescriptor
        let socketPath: String?
        var lines = LineSplitter()
    }

    private struct State: ~Copyable {
        var workers: [UInt64: WorkerBox] = [:]
        var identifiers: [Int32: UInt64] = [:]
        /// Whoever waits for the end; nothing is started while somebody does.
        var onShutDown: [@Sendable () -> Void] = []
    }

    private final class WorkerBox {
        var worker: Worker
        init(_ worker: consuming Worker) { self.worker = worker }
    }

    /// What a token of the poller stands for: the kind in the two low bits, the worker's number above.
    private enum Source: UInt64 {
        case wakeUp, notify, output, process

        func token(_ id: UInt64 = 0) -> UInt64 { id << 2 | rawValue }
    }

    private let poller: Poller
    private let notifySocket: FileDescriptor
    private let notifyPath: String
    private let handler: @Sendable (WorkerEvent) -> Void
    private let state = Mutex(State())

    init(
        notifySocket: consuming FileDescriptor, notifyPath: String, wakeUpDescriptor: CInt,
        handler: @escaping @Sendable (WorkerEvent) -> Void
    ) throws(SystemError) {
        poller = try Poller()
        try poller.add(wakeUpDescriptor, token: Source.wakeUp.token())
        try poller.add(notifySocket.number, token: Source.notify.token())
        self.notifySocket = notifySocket
        self.notifyPath = notifyPath
        self.handler = handler
    }

    /// Runs until shut down and every worker has ended.
    func run(takeCommands: () -> [DirectActivation.Command]) {
        state.withLock { state in
            while true {
                for token in poller.wait() {
                    switch Source(rawValue: token & 3) {
                    case .wakeUp: for command in takeCommands() { carryOut(command, &state) }
                    case .notify: receiveMessages(state)
                    case .output: readOutput(token >> 2, state)
                    case .process: finish(token >> 2, &state)
                    case nil: continue
                    }
                }
                if !state.onShutDown.isEmpty, state.workers.isEmpty {
                    unlink(notifyPath)
                    for done in state.onShutDown { done() }
                    return
                }
            }
        }
    }

    private func carryOut(_ command: DirectActivation.Command, _ state: inout State) {
        switch command {
        case .start(let start):
            guard state.onShutDown.isEmpty else {
                handler(.failedToStart(id: start.id, .tooLate(start)))
                return
            }
            do throws(SystemError) {
                try self.start(start, &state)
            } catch {
                if let path = start.socketPath { unlink(path) }
                handler(.failedToStart(id: start.id, error))
            }
        case .stop(let id): state.workers[id]?.worker.process.send(SIGTERM)
        case .kill(let id): state.workers[id]?.worker.process.send(SIGKILL)
        case .shutDown(let done):
            state.onShutDown.append(done)
            for box in state.workers.values { box.worker.process.send(SIGKILL) }
        }
    }

    private func start(_ start: WorkerStart, _ state: inout State) throws(SystemError) {
        let output = try Pipe()
        var names: [String] = []
        var descriptors: [CInt] = []
        var listener: FileDescriptor?
        var model: FileDescriptor?
        if let path = start.socketPath {
            let socket = try UnixSocket.listen(path: path)
            names.append(ListenEnvironment.listenerName)
            descriptors.append(socket.number)
            listener = consume socket
        }
        if let path = start.modelPath {
            let file = try FileDescriptor.open(path, O_RDONLY)
            names.append(ListenEnvironment.modelName)
            descriptors.append(file.number)
            model = consume file
        }
        let environment =
            start.specification.environment + ListenEnvironment.variables(names: names)
            + ["NOTIFY_SOCKET=\(notifyPath)", "SWIFT_ROOT=/"]
        let process = try ChildProcess(
            starting: ChildProcess.Request(
                path: start.program, environment: environment, descriptors: descriptors,
                output: output.writeEnd.number))
        _ = consume listener
        _ = consume model
        let identifier = process.identifier
        let readEnd = output.keepReadEnd()
        do throws(SystemError) {
            try poller.add(readEnd.number, token: Source.output.token(start.id))
            try poller.add(process.descriptor.number, token: Source.process.token(start.id))
        } catch {
            // Nobody would hear of its end.
            process.send(SIGKILL)
            _ = try? process.reap()
            throw error
        }
        state.identifiers[identifier] = start.id
        state.workers[start.id] = WorkerBox(
            Worker(process: process, output: readEnd, socketPath: start.socketPath))
        handler(.started(id: start.id, processID: identifier))
    }

    private func receiveMessages(_ state: borrowing State) {
        while let (bytes, sender) = UnixSocket.receive(from: notifySocket) {
            guard let id = state.identifiers[sender] else { continue }
            handler(.message(id: id, WorkerMessage(bytes)))
        }
    }

    private func readOutput(_ id: UInt64, _ state: borrowing State) {
        guard let box = state.workers[id] else { return }
        guard let bytes = readAvailable(box.worker.output) else { return }
        if bytes.isEmpty { poller.remove(box.worker.output.number) }
        for line in box.worker.lines.append(bytes) { handler(.output(id: id, line: line)) }
    }

    private func finish(_ id: UInt64, _ state: inout State) {
        guard let box = state.workers[id] else { return }
        // What it said last explains its end, so it comes first.
        receiveMessages(state)
        // A pipe holds 64 KiB. More comes only from children of its own, which may go on for ever.
        for _ in 0..<8 {
            guard let bytes = readAvailable(box.worker.output), !bytes.isEmpty else { break }
            for line in box.worker.lines.append(bytes) { handler(.output(id: id, line: line)) }
        }
        if let line = box.worker.lines.finish() { handler(.output(id: id, line: line)) }
        // What it started itself does not outlive it; until it is reaped, its number cannot be a stranger's.
        box.worker.process.endSession()
        let status = (try? box.worker.process.reap()) ?? .exited(-1)
        poller.remove(box.worker.output.number)
        poller.remove(box.worker.process.descriptor.number)
        if let path = box.worker.socketPath { unlink(path) }
        state.identifiers[box.worker.process.identifier] = nil
        state.workers[id] = nil
        handler(.exited(id: id, status))
    }
}

extension SystemError {
    static func tooLate(_ start: WorkerStart) -> SystemError {
        SystemError("start", start.program, code: ESHUTDOWN)
    }
}
