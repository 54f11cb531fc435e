import LinuxSystem

/// What is known of a worker's units, from the signals of the bus: a change goes in, what it means comes out.
struct WorkerUnit {
    /// A property that changed, as far as it matters here.
    enum Change: Hashable {
        case mainProcess(UInt32)
        /// How the process ended: a `CLD_` value, and the status or signal.
        case endedBy(code: Int32, status: Int32)
        case statusText(String)
        /// `inactive`, `activating`, `active`, `deactivating` or `failed`.
        case activeState(String)
        case result(String)
    }

    /// What a change means for the host.
    enum Meaning: Hashable {
        case process(Int32)
        case status(String)
        case failure(String)
        case ended(ExitStatus)
    }

    /// `CLD_EXITED`: the process ended by itself.
    private static let exited: Int32 = 1

    let id: UInt64
    /// The names of its units; nil where it has no socket.
    let service: String
    let socket: String?
    private var mainProcess: UInt32 = 0
    private var ending: (code: Int32, status: Int32)?
    private var statusText = ""
    private var result = "success"
    private var wasActive = false
    private(set) var hasEnded = false

    init(id: UInt64, service: String, socket: String?) {
        self.id = id
        self.service = service
        self.socket = socket
    }

    /// Takes the changes of one signal in the order in which they are listed.
    mutating func take(_ changes: [Change]) -> [Meaning] {
        guard !hasEnded else { return [] }
        var meanings: [Meaning] = []
        var state: String?
        for change in changes {
            switch change {
            case .mainProcess(let number) where number != 0 && number != mainProcess:
                mainProcess = number
                meanings.append(.process(Int32(bitPattern: number)))
            case .mainProcess: continue
            case .endedBy(let code, let status): if code != 0 { ending = (code, status) }
            case .statusText(let text) where text != statusText:
                statusText = text
                if !text.isEmpty { meanings.append(.status(text)) }
            case .statusText: continue
            case .activeState(let text):
                state = text
                if text == "active" { wasActive = true }
            case .result(let text): result = text
            }
        }
        // Before its process exists, and for a moment after, a unit is inactive too.
        let isOver = state == "failed" || (state == "inactive" && ending != nil)
        return isOver ? meanings + end() : meanings
    }

    /// The unit is gone.
    mutating func removed() -> [Meaning] { hasEnded ? [] : end() }

    private mutating func end() -> [Meaning] {
        hasEnded = true
        guard let ending else { return [.failure(cause), .ended(.exited(-1))] }
        let status: ExitStatus =
            ending.code == Self.exited ? .exited(ending.status) : .signalled(ending.status)
        if result == "success" || status == .exited(0) { return [.ended(status)] }
        return (cause.isEmpty ? [] : [.failure(cause)]) + [.ended(status)]
    }

    /// Why it ended, as far as systemd or the worker itself can say.
    private var cause: String {
        // systemd's own failures to set a process up, from `EXIT_CHDIR` on.
        if let ending, ending.code == Self.exited, (200...245).contains(ending.status) {
            return
                "systemd could not set its process up (exit status \(ending.status)); `journalctl -u \(service)` says why"
        }
        switch result {
        case "success", "signal", "core-dump": return ""
        // What a worker last said of itself is a cause only where it never served; one without a socket never does.
        case "exit-code": return wasActive && socket != nil ? "" : statusText
        case "oom-kill": return "it used more memory than limits.memory allows"
        case "watchdog": return "it was silent for too long, and the watchdog ended it"
        case "timeout": return "it was not ready in time"
        case "start-limit-hit": return "its process ended before it could be used"
        default: return "systemd says '\(result)'"
        }
    }
}
