import FunctionTypes
import Host
import NIOCore
import NIOHTTP1
import Scheduling

extension ExchangeHandler {
    /// Asks the scheduler for a worker.
    func admit() {
        guard let function = exchange?.function, let context else { return }
        exchange?.phase = .admitting
        if exchange?.routedAt == nil { exchange?.routedAt = HostClock.now() }
        let serial = exchange?.serial
        let loop = context.eventLoop
        let handler = NIOLoopBound(self, eventLoop: loop)
        if exchange?.deadline == nil {
            exchange?.deadline = loop.scheduleTask(in: .nanoseconds(function.timeoutNanoseconds)) {
                handler.value.timeOut(function)
            }
        }
        let admission = host.dispatcher.admit(function.target) { answer in
            // A warm worker is granted before this call returns; then there is no hop to another thread.
            if loop.inEventLoop {
                handler.value.admitted(answer, serial: serial)
            } else {
                loop.execute { handler.value.admitted(answer, serial: serial) }
            }
        }
        // Where no connection could be made, the request may have been admitted again before this line.
        if exchange?.serial == serial, exchange?.phase != .answered, exchange?.admission == nil {
            exchange?.admission = admission
        } else {
            host.dispatcher.ended(admission)
        }
    }

    private func admitted(_ answer: Result<Dispatch, HearthError>, serial: Int?) {
        guard exchange?.serial == serial, exchange?.phase == .admitting else { return }
        switch answer {
        case .failure(let error): fail(error)
        case .success(let dispatch):
            exchange?.dispatch = dispatch
            exchange?.phase = .connecting
            connections.connection(for: dispatch) { [self] in connected($0, serial: serial) }
        }
    }

    private func connected(_ result: Result<WorkerConnection, any Error>, serial: Int?) {
        guard let exchange, exchange.serial == serial, exchange.phase == .connecting else {
            // The client left while the connection opened; nothing was sent on it.
            if case .success(let connection) = result { connections.put(connection) }
            return
        }
        switch result {
        case .failure: admitAgain()
        case .success(let connection):
            connection.lease(to: self)
            self.exchange?.connection = connection
            self.exchange?.phase = .forwarding
            connection.send(exchange.workerHead())
            for body in exchange.buffered { connection.send(body) }
            self.exchange?.buffered = []
            if exchange.isRequestComplete { connection.sendEnd() } else { connection.flush() }
            resumeReading()
        }
    }

    /// The worker is gone, and the host does not know it yet. Nothing of the request was sent, so another may
    /// have it; the deadline stays.
    private func admitAgain() {
        guard let worker = exchange?.dispatch?.worker else { return }
        if let admission = exchange?.admission { host.dispatcher.ended(admission) }
        exchange?.admission = nil
        exchange?.dispatch = nil
        host.dispatcher.lost(worker)
        admit()
    }

    private func timeOut(_ function: ResolvedFunction) {
        guard let phase = exchange?.phase, phase != .answered else { return }
        fail(
            HearthError(
                .deadlineExceeded,
                "Function '\(function.target.key.function.name)' did not answer within \(function.timeout).",
                remedy: "Raise limits.timeout, or send less at a time."))
    }
}

extension ExchangeHandler: WorkerResponseReceiver {
    var takesResponse: Bool { context?.channel.isWritable ?? false }

    func workerAnswers(_ head: HTTPResponseHead) {
        guard var exchange, exchange.phase == .forwarding else { return }
        exchange.isResponseStarted = true
        self.exchange = exchange
        var head = ResponseHeaders.head(from: head, exchange)
        if !exchange.head.isKeepAlive { head.headers.replaceOrAdd(name: "connection", value: "close") }
        write(.head(head), flush: false)
    }

    func workerSends(_ body: ByteBuffer) { write(.body(.byteBuffer(body)), flush: true) }

    func workerFinishes() {
        guard let exchange, exchange.phase == .forwarding else { return }
        self.exchange?.connection = nil
        // An answer before the request's end leaves bytes that nobody reads; the connection cannot be used
        // again.
        let mustClose = !exchange.head.isKeepAlive || !exchange.isRequestComplete
        close(self.exchange)
        self.exchange?.phase = .answered
        write(.end(nil), flush: true)
        if mustClose { closeGently() }
        resumeReading()
    }

    func workerHangsUp() {
        guard let exchange, exchange.phase == .forwarding else { return }
        self.exchange?.connection = nil
        fail(.workerGone(exchange.function, beforeAnswer: !exchange.isResponseStarted))
    }

    func workerWritabilityChanged() { resumeReading() }
}

extension HearthError {
    static func workerGone(_ function: ResolvedFunction?, beforeAnswer: Bool) -> HearthError {
        let name = function.map { "'\($0.target.key.function.name)'" } ?? "the function"
        return HearthError(
            .workerDied,
            "The worker of function \(name) ended \(beforeAnswer ? "before it answered" : "in the middle of its answer").",
            remedy: "Repeat the request; see `hearth logs` for the worker's last words.")
    }
}
