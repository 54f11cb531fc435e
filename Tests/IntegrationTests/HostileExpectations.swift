/// What each attempt of the hostile worker comes to: whatever is not named here is refused.
enum HostileExpectations {
    /// Attempts that end the worker, its connection or its answer; ``HostileLoadTests`` has them.
    static let elsewhere: Set = [
        "bad-http", "broken-headers", "close-3", "crash", "drop-by-drop", "endless-answer", "endless-head",
        "endless-provisional", "exec-self", "exit", "false-encoding", "fill-log", "forged-headers",
        "half-answer-then-die", "hang", "huge-answer", "huge-chunk", "ignore-sigterm", "kill-all",
        "kill-parent", "length-and-chunks", "lock-file", "log-without-end", "negative-length", "notify",
        "notify-at-length", "notify-descriptors", "notify-flood", "odd-status", "orphan", "outlive-host",
        "short-answer", "slow", "spin-cpu", "switch-protocols", "two-answers", "two-lengths",
    ]

    /// Attempts that the kernel ends by ending the process, or that it lets in and that gain nothing.
    private static let contained: Set = [
        "chdir-up", "eat-memory", "execute-written-code", "int80-getpid", "int80-ptrace", "int80-socket",
        "mremap-over-code", "seccomp-allow-all", "seccomp-status", "x32-getpid", "x32-ptrace", "x32-socket",
    ]

    /// Attempts that succeed and are meant to, with what they reach.
    private static let harmless = [
        "abstract-bind": "a name in its own network",
        "arch-prctl": "itself",
        "describe": "itself",
        "forge-log": "its own log, where every line says whose it is",
        "mmap-exec-anon": "an empty page, not to be written",
        "new-call-sweep": "calls of the list",
        "open-devices": "/dev/full and its like",
        "own-environment": "the contract",
        "prctl-dumpable": "itself",
        "prctl-keepcaps": "itself",
        "prctl-subreaper": "its own children",
        "prctl-tsc": "itself",
        "send-notify-as-other": "its own message socket",
    ]

    /// The same where systemd starts workers: they see the numbers of the machine's processes, and have /proc
    /// with their own processes in it.
    private static let harmlessUnderSystemd = [
        "find-devices": "/dev/full and its like",
        "list-dir": "the names of empty folders",
        "pidfd-open": "a number, no right to signal",
        "proc-self-mem-code": "itself",
        "proc-self-mem-write": "itself",
        "see-processes": "numbers, no right to signal",
        "standard-streams": "its own log",
        "system-services": "the service manager's message socket",
        "write-everywhere": "/proc of itself",
    ]

    /// Whether an attempt may come to this. A machine may refuse more than it has to.
    static func allow(_ report: AttemptReport) -> Bool {
        switch report.outcome {
        case "refused": true
        case "contained": contained.contains(report.attempt)
        default:
            harmless[report.attempt] != nil
                || RunningHost.activation == "systemd" && harmlessUnderSystemd[report.attempt] != nil
        }
    }

    /// What an attempt is told to reach, for those that take something: places and processes of others.
    static func arguments(_ target: HostileTarget, _ listeners: Listeners) -> [String: String] {
        let victim = "\(target.victim.pid ?? 1)"
        let blob = target.host.folder.blobPaths.first ?? ""
        var arguments = [
            "abstract-connect": listeners.abstractName, "eat-memory": "1000", "kill": "\(victim) 9",
            "open-above": blob, "open-device": "/dev/mem", "openat2-above": blob, "read-file": blob,
            "sigqueue": "\(victim) 10", "stat": blob, "syscall": "101 0 0 0 0",
            "tcp-connect": "127.0.0.1 \(listeners.port)", "udp-send": "127.0.0.1 \(listeners.port)",
            "unix-connect": target.victim.socket, "write-file": "\(target.host.folder.state)/written",
        ]
        for attempt in [
            "affinity-other", "kcmp", "open-proc-pid", "pidfd-getfd", "pidfd-open", "prlimit-other",
            "process-vm-readv", "process-vm-writev", "ptrace-attach", "setns",
        ] { arguments[attempt] = victim }
        return arguments
    }
}
