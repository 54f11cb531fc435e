import Sandbox
import Testing
import WorkerProtocol

@testable import Activation

/// What systemd is told of a worker keeps every promise that its plan makes.
struct UnitPropertiesTests {
    /// The kinds of workers.
    enum Kind: CaseIterable {
        case native, validation, exec, port
    }

    static let memory = 100 << 20
    static let modelBytes = 7 << 20
    static let threads = 3

    static func plan(_ kind: Kind) -> SandboxPlan {
        switch kind {
        case .native, .validation:
            SandboxPlan(
                tenant: "acme", program: .native, memory: memory, threads: threads, modelBytes: modelBytes)
        case .exec, .port:
            SandboxPlan(
                tenant: "acme",
                program: .exec(command: ["./serve", "--fast"], port: kind == .port ? 8000 : nil),
                code: "/state/code/ab", directories: ["/usr/lib/x", "/usr"], memory: memory, threads: threads)
        }
    }

    static func properties(_ kind: Kind) -> [String: BusValue] {
        Dictionary(service(kind).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    static func service(_ kind: Kind) -> [UnitProperty] { unit(kind).service }

    static func unit(_ kind: Kind) -> UnitProperties {
        let isModel = kind == .native || kind == .validation
        let specification = WorkerSpecification(
            purpose: kind == .validation ? .validate : .serve, function: "acme/f", revision: "3fa2")
        return UnitProperties(
            request: WorkerRequest(
                id: 7, plan: plan(kind), environment: specification.environment,
                socketPath: kind == .validation ? nil : "/state/run/worker-7.sock", notifyPath: nil,
                modelPath: isModel ? "/state/blobs/ab" : nil, descriptorNames: []),
            configuration: StarterConfiguration(
                workerProgram: "/opt/hearth-worker", adapterProgram: "/opt/hearth-adapter", allowed: []),
            root: "/run/roots/r")
    }

    @Test(arguments: Kind.allCases) func noPropertyIsThereTwice(kind: Kind) {
        let names = Self.service(kind).map(\.name)
        #expect(Set(names).count == names.count)
        let socket = Self.unit(kind).socket(path: "/s").map(\.name)
        #expect(Set(socket).count == socket.count)
    }

    @Test(arguments: Kind.allCases) func limitsAreThePlans(kind: Kind) {
        let properties = Self.properties(kind)
        let plan = Self.plan(kind)
        #expect(properties["MemoryMax"] == .number64(UInt64(plan.memory + plan.modelBytes)))
        #expect(properties["MemorySwapMax"] == .number64(0))
        // Half of a worker is of no use.
        #expect(properties["OOMPolicy"] == .text("kill"))
        #expect(properties["CPUQuotaPerSecUSec"] == .number64(UInt64(Self.threads) * 1_000_000))
        #expect(properties["TasksMax"] == .number64(UInt64(plan.tasks)))
        let limits: [(String, UInt64)] = [
            ("LimitNOFILE", UInt64(plan.openFiles)), ("LimitCORE", 0), ("LimitFSIZE", 0),
        ]
        for (name, value) in limits {
            #expect(properties[name] == .number64(value), "\(name)")
            #expect(properties[name + "Soft"] == .number64(value), "\(name)")
        }
    }

    @Test(arguments: Kind.allCases) func theKernelIsOutOfReach(kind: Kind) {
        let properties = Self.properties(kind)
        let calls = Self.plan(kind).systemCalls.calls.map(\.name)
        #expect(properties["SystemCallFilter"] == .allowList(true, calls))
        #expect(
            properties["SystemCallErrorNumber"] == .signed32(1), "EPERM, as the other way of starting has")
        #expect(properties["SystemCallArchitectures"] == .texts(["native"]))
        let flags = [
            "NoNewPrivileges", "DynamicUser", "PrivateUsers", "PrivateNetwork", "PrivateDevices",
            "PrivateIPC",
            "MemoryDenyWriteExecute", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "RemoveIPC",
            "ProtectKernelModules", "ProtectKernelLogs", "ProtectControlGroups", "ProtectClock",
            "ProtectHostname",
        ]
        for flag in flags { #expect(properties[flag] == .flag(true), "\(flag)") }
        #expect(properties["CapabilityBoundingSet"] == .number64(0))
        #expect(properties["AmbientCapabilities"] == .number64(0))
        #expect(properties["DevicePolicy"] == .text("closed"))
        #expect(properties["ProtectProc"] == .text("invisible"))
        #expect(properties["ProcSubset"] == .text("pid"))
    }

    @Test(arguments: Kind.allCases) func onlyAPortNeedsSocketsOfTheInternet(kind: Kind) {
        let properties = Self.properties(kind)
        let families = kind == .port ? ["AF_UNIX", "AF_INET", "AF_INET6"] : ["AF_UNIX"]
        #expect(properties["RestrictAddressFamilies"] == .allowList(true, families))
        guard case .prefixes(let denied) = properties["IPAddressDeny"] else {
            Issue.record("nothing is denied")
            return
        }
        // Every address of both families.
        #expect(denied.map(\.family) == [2, 10] && denied.allSatisfy { $0.length == 0 })
        #expect(denied.map(\.address.count) == [4, 16])
        guard case .prefixes(let allowed) = properties["IPAddressAllow"] else {
            return #expect(kind != .port && properties["IPAddressAllow"] == nil)
        }
        #expect(kind == .port)
        #expect(
            allowed == [
                BusValue.Prefix(family: 2, address: [127, 0, 0, 0], length: 8),
                BusValue.Prefix(
                    family: 10, address: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], length: 128),
            ])
    }

    @Test(arguments: Kind.allCases) func aDeadWorkerStaysDead(kind: Kind) {
        let properties = Self.properties(kind)
        #expect(properties["Restart"] == .text("no"))
        #expect(properties["StartLimitBurst"] == .number32(1))
        #expect(properties["StartLimitIntervalUSec"] == .number64(.max), "for ever")
        let socket = Self.unit(kind).socket(path: "/state/run/worker-7.sock")
        #expect(socket.contains(UnitProperty("TriggerLimitBurst", .number32(0))))
        #expect(socket.contains(UnitProperty("RemoveOnStop", .flag(true))))
        #expect(
            socket.contains(
                UnitProperty(
                    "Listen", .pairs([BusValue.Pair(first: "Stream", second: "/state/run/worker-7.sock")]))))
    }

    @Test(arguments: Kind.allCases) func theJournalKnowsWhoseLinesTheyAre(kind: Kind) {
        let properties = Self.properties(kind)
        #expect(
            properties["LogExtraFields"]
                == .byteTexts([
                    "HEARTH_FUNCTION=acme/f", "HEARTH_REVISION=3fa2", "HEARTH_TENANT=acme", "HEARTH_WORKER=7",
                ]))
        #expect(properties["StandardOutput"] == .text("journal"))
        #expect(properties["StandardError"] == .text("journal"))
        #expect(properties["Slice"] == .text("hearth-acme.slice"))
    }

    @Test func onlyAWorkerThatServesAModelIsWatched() {
        let patience = UInt64(Watchdog.patience / .microseconds(1))
        for kind in Kind.allCases {
            let properties = Self.properties(kind)
            let isWatched = kind == .native
            #expect(properties["WatchdogUSec"] == (isWatched ? .number64(patience) : nil), "\(kind)")
            #expect(properties["Type"] == .text(isWatched ? "notify" : "exec"), "\(kind)")
            // Who judges a model is no longer alive than a worker may take to be ready.
            let limit = kind == .validation ? BusValue.number64(UnitProperties.startLimit) : nil
            #expect(properties["RuntimeMaxUSec"] == limit, "\(kind)")
            #expect(properties["TimeoutStartUSec"] == .number64(UnitProperties.startLimit))
        }
    }
}
