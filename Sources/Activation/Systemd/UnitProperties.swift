import LinuxSystem
import Sandbox
import WorkerProtocol

/// The properties of a worker's units: the plan of its sandbox in systemd's words.
///
/// What is remarkable about them was found by trying:
/// - `DynamicUser` makes systemd ignore `TemporaryFileSystem=/`, so the root is an empty folder of our own.
/// - An empty `RestrictNamespaces` is forgotten at `systemctl daemon-reload`; one harmless kind is allowed, which is not.
/// - /dev, /sys and /tmp come with other settings and are masked, because nothing in them is needed.
/// - One start is allowed and no more: a connection that waits must not start a dead worker again.
struct UnitProperties {
    let request: WorkerRequest
    let configuration: StarterConfiguration
    /// The empty folder that becomes the root.
    let root: String

    private var plan: SandboxPlan { request.plan }

    /// Where the worker's program and its model are, inside.
    static let workerPath = "/hearth-worker"
    static let adapterPath = "/hearth-adapter"
    static let modelPath = "/model"
    static let notifySocket = "/run/systemd/notify"
    /// How long a worker may take to be ready, and to end.
    static let startLimit: UInt64 = 60_000_000
    static let stopLimit: UInt64 = 10_000_000

    /// Of the socket at a path.
    func socket(path: String) -> [UnitProperty] {
        [
            UnitProperty(
                "Description", .text("Hearth: socket of \(variable("HEARTH_FUNCTION") ?? "a worker")")),
            UnitProperty("Listen", .pairs([BusValue.Pair(first: "Stream", second: path)])),
            // The folder that it lies in is the host's alone.
            UnitProperty("SocketMode", .number32(0o666)),
            UnitProperty("FileDescriptorName", .text(ListenEnvironment.listenerName)),
            // The usual twenty starts in two seconds would leave the socket failed.
            UnitProperty("TriggerLimitBurst", .number32(0)),
            UnitProperty("RemoveOnStop", .flag(true)),
            UnitProperty("Backlog", .number32(4096)),
            UnitProperty("CollectMode", .text("inactive-or-failed")),
        ]
    }

    /// Of the process.
    var service: [UnitProperty] { general + identity + files + kernel + limits }

    private var isValidation: Bool {
        variable("HEARTH_PURPOSE") == WorkerSpecification.Purpose.validate.rawValue
    }

    private var general: [UnitProperty] {
        let function = variable("HEARTH_FUNCTION") ?? ""
        let isWatched = plan.isNative && !isValidation
        var properties = [
            UnitProperty("Description", .text("Hearth: worker \(request.id) of \(function)")),
            UnitProperty("Type", .text(isWatched ? "notify" : "exec")),
            UnitProperty("NotifyAccess", .text("main")),
            UnitProperty("ExecStart", command),
            UnitProperty("Environment", .texts(environment)),
            UnitProperty("Slice", .text(UnitName.slice(ofTenant: plan.tenant))),
            UnitProperty("StandardInput", .text("null")),
            UnitProperty("StandardOutput", .text("journal")),
            UnitProperty("StandardError", .text("journal")),
            UnitProperty("SyslogIdentifier", .text("hearth-worker")),
            UnitProperty(
                "LogExtraFields",
                .byteTexts([
                    "HEARTH_FUNCTION=\(function)", "HEARTH_REVISION=\(variable("HEARTH_REVISION") ?? "")",
                    "HEARTH_TENANT=\(plan.tenant)", "HEARTH_WORKER=\(request.id)",
                ])),
            UnitProperty("LogRateLimitIntervalUSec", .number64(1_000_000)),
            UnitProperty("LogRateLimitBurst", .number32(1000)),
            UnitProperty("Restart", .text("no")),
            UnitProperty("StartLimitBurst", .number32(1)),
            UnitProperty("StartLimitIntervalUSec", .number64(.max)),
            UnitProperty("CollectMode", .text("inactive-or-failed")),
            UnitProperty("TimeoutStartUSec", .number64(Self.startLimit)),
            UnitProperty("TimeoutStopUSec", .number64(Self.stopLimit)),
        ]
        if isWatched {
            let patience = UInt64(Watchdog.patience / .microseconds(1))
            properties.append(UnitProperty("WatchdogUSec", .number64(patience)))
        }
        // Who judges a model has the time of a start for all of it.
        if isValidation { properties.append(UnitProperty("RuntimeMaxUSec", .number64(Self.startLimit))) }
        return properties
    }

    private var identity: [UnitProperty] {
        [
            UnitProperty("DynamicUser", .flag(true)),
            UnitProperty("NoNewPrivileges", .flag(true)),
            UnitProperty("CapabilityBoundingSet", .number64(0)),
            UnitProperty("AmbientCapabilities", .number64(0)),
            UnitProperty("PrivateUsers", .flag(true)),
            UnitProperty("KeyringMode", .text("private")),
            UnitProperty("UMask", .number32(0o077)),
            UnitProperty("RemoveIPC", .flag(true)),
            UnitProperty("PrivateIPC", .flag(true)),
        ]
    }

    private var files: [UnitProperty] {
        var binds = [BusValue.Bind(source: Self.notifySocket, target: Self.notifySocket)]
        if plan.isNative {
            binds.append(BusValue.Bind(source: configuration.workerProgram, target: Self.workerPath))
        }
        if plan.port != nil {
            binds.append(BusValue.Bind(source: configuration.adapterProgram, target: Self.adapterPath))
        }
        if let model = request.modelPath {
            binds.append(BusValue.Bind(source: model, target: Self.modelPath))
        }
        if let code = plan.code { binds.append(BusValue.Bind(source: code, target: SandboxPlan.codeFolder)) }
        binds += plan.directories.sorted().map { BusValue.Bind(source: $0, target: $0) }
        let masked =
            plan.isNative
            ? ["/sys", "/dev", "/tmp", "/var/tmp"]
            // The machine has so many terminals and no more, so that one worker could take all.
            : [
                "/sys", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/dev/hugepages", "/dev/ptmx",
                "/dev/pts",
            ]
        return [
            UnitProperty("RootDirectory", .text(root)),
            UnitProperty("WorkingDirectory", .text(plan.code == nil ? "/" : SandboxPlan.codeFolder)),
            UnitProperty("BindReadOnlyPaths", .binds(binds)),
            UnitProperty("InaccessiblePaths", .texts(masked.map { "-+" + $0 })),
            // What systemd mounts by itself, such as /run, could be written to otherwise.
            UnitProperty("ReadOnlyPaths", .texts(["+/run"])),
            UnitProperty("PrivateDevices", .flag(true)),
            UnitProperty("DevicePolicy", .text("closed")),
            UnitProperty("ProtectHome", .text("yes")),
            UnitProperty("ProtectProc", .text("invisible")),
            UnitProperty("ProcSubset", .text("pid")),
        ]
    }

    private var kernel: [UnitProperty] {
        let families = plan.systemCalls.hasInternetSockets ? ["AF_UNIX", "AF_INET", "AF_INET6"] : ["AF_UNIX"]
        let onlyHostNames: UInt64 = 0x0400_0000
        let everywhere = [
            BusValue.Prefix(family: 2, address: [UInt8](repeating: 0, count: 4), length: 0),
            BusValue.Prefix(family: 10, address: [UInt8](repeating: 0, count: 16), length: 0),
        ]
        var properties = [
            UnitProperty("PrivateNetwork", .flag(true)),
            UnitProperty("RestrictAddressFamilies", .allowList(true, families)),
            UnitProperty("SystemCallFilter", .allowList(true, plan.systemCalls.calls.map(\.name))),
            UnitProperty("SystemCallErrorNumber", .signed32(1)),
            UnitProperty("SystemCallArchitectures", .texts(["native"])),
            UnitProperty("MemoryDenyWriteExecute", .flag(true)),
            UnitProperty("RestrictNamespaces", .number64(onlyHostNames)),
            UnitProperty("RestrictRealtime", .flag(true)),
            UnitProperty("RestrictSUIDSGID", .flag(true)),
            UnitProperty("LockPersonality", .flag(true)),
            UnitProperty("ProtectKernelModules", .flag(true)),
            UnitProperty("ProtectKernelLogs", .flag(true)),
            UnitProperty("ProtectControlGroups", .flag(true)),
            UnitProperty("ProtectClock", .flag(true)),
            UnitProperty("ProtectHostname", .flag(true)),
        ]
        properties.append(UnitProperty("IPAddressDeny", .prefixes(everywhere)))
        if plan.port != nil {
            let loopback = [
                BusValue.Prefix(family: 2, address: [127, 0, 0, 0], length: 8),
                BusValue.Prefix(family: 10, address: [UInt8](repeating: 0, count: 15) + [1], length: 128),
            ]
            properties.append(UnitProperty("IPAddressAllow", .prefixes(loopback)))
        }
        return properties
    }

    private var limits: [UnitProperty] {
        func both(_ name: String, _ value: UInt64) -> [UnitProperty] {
            [UnitProperty(name, .number64(value)), UnitProperty(name + "Soft", .number64(value))]
        }
        return [
            UnitProperty("MemoryMax", .number64(UInt64(plan.memory + plan.modelBytes))),
            UnitProperty("MemorySwapMax", .number64(0)),
            UnitProperty("OOMPolicy", .text("kill")),
            UnitProperty("TasksMax", .number64(UInt64(plan.tasks))),
            UnitProperty("CPUQuotaPerSecUSec", .number64(UInt64(plan.threads) * 1_000_000)),
        ] + both("LimitNOFILE", UInt64(plan.openFiles)) + both("LimitCORE", 0) + both("LimitFSIZE", 0)
            + both("LimitMSGQUEUE", 0)
    }

    /// The program and its arguments. One without a slash is looked for where the sandbox has the folders of the machine's
    /// own, because systemd looks by the machine's eyes.
    private var command: BusValue {
        switch plan.program {
        case .native: .command(path: Self.workerPath, arguments: ["hearth-worker"])
        case .exec(let command, nil): .command(path: Self.inside(command[0]), arguments: command)
        case .exec(let command, let port?):
            .command(path: Self.adapterPath, arguments: ["hearth-adapter", "\(port)", "--"] + command)
        }
    }

    /// The absolute path inside of a program that a command names.
    private static func inside(_ name: String) -> String {
        if name.hasPrefix("/") { return name }
        guard name.contains("/") else { return executablePath(name, searchPath: SandboxPlan.searchPath) }
        return SandboxPlan.codeFolder + "/" + (name.hasPrefix("./") ? name.dropFirst(2) : name[...])
    }

    private var environment: [String] {
        request.environment + plan.environment
            + (request.modelPath == nil ? [] : ["\(ListenEnvironment.modelVariable)=\(Self.modelPath)"])
    }

    private func variable(_ name: String) -> String? {
        request.environment.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
