/// An answer, or an end, that no caller wants, and what the caller gets instead.
struct HostileAnswer: Sendable {
    /// What the client of the request sees.
    enum Seen: Sendable {
        /// 502: nothing of the answer was passed on.
        case refusal
        /// An answer, or a beginning of one, that then ends.
        case brokenAnswer
        /// The end of the connection, or 502.
        case cut
        /// What the worker says, which is not the host's business.
        case answer(status: Int)
    }

    let attempt: String
    let seen: Seen

    static let all = [
        HostileAnswer("crash", .refusal), HostileAnswer("exit 3", .refusal),
        HostileAnswer("bad-http", .refusal), HostileAnswer("two-lengths", .refusal),
        HostileAnswer("negative-length", .refusal), HostileAnswer("length-and-chunks", .refusal),
        HostileAnswer("broken-headers", .refusal), HostileAnswer("endless-head", .refusal),
        HostileAnswer("half-answer-then-die", .brokenAnswer), HostileAnswer("short-answer", .brokenAnswer),
        HostileAnswer("huge-chunk", .cut), HostileAnswer("switch-protocols", .refusal),
        HostileAnswer("false-encoding", .answer(status: 200)),
        HostileAnswer("odd-status", .answer(status: 999)),
        HostileAnswer("notify-flood 20000", .answer(status: 200)),
        HostileAnswer("notify-descriptors", .answer(status: 200)),
        HostileAnswer("notify-at-length 4000", .answer(status: 200)),
        HostileAnswer("notify-at-length 200000", .answer(status: 200)),
        HostileAnswer("notify READY=1 MAINPID=1", .answer(status: 200)),
        HostileAnswer("notify WATCHDOG=trigger WATCHDOG_USEC=1 BARRIER=1", .answer(status: 200)),
        HostileAnswer("notify ERRNO=5 EXIT_STATUS=1", .answer(status: 200)),
        HostileAnswer("exec-self", .answer(status: 200)), HostileAnswer("slow 200", .answer(status: 200)),
        HostileAnswer("endless-provisional", .answer(status: 504)),
    ]

    private init(_ attempt: String, _ seen: Seen) {
        self.attempt = attempt
        self.seen = seen
    }

    /// - Parameter reply: nil where the connection ended without one.
    func explains(_ reply: HTTPReply?) -> Bool {
        switch seen {
        case .refusal: reply?.status == 502 && reply?.error?.code == "worker_died"
        case .brokenAnswer: reply?.status == 200 && reply?.isComplete == false
        case .cut: reply == nil || reply?.status == 502 || reply?.isComplete == false
        case .answer(let status): reply?.status == status
        }
    }
}
