import Sandbox
import Testing
import WorkerProtocol

@testable import Activation

/// What a worker's unit shows of this machine, and what it runs there.
struct UnitFilesTests {
    private typealias Kind = UnitPropertiesTests.Kind

    private func binds(_ kind: Kind) -> Set<BusValue.Bind> {
        guard case .binds(let binds) = UnitPropertiesTests.properties(kind)["BindReadOnlyPaths"] else {
            return []
        }
        return Set(binds)
    }

    private func environment(_ kind: Kind) -> [String] {
        guard case .texts(let texts) = UnitPropertiesTests.properties(kind)["Environment"] else { return [] }
        return texts
    }

    private let notify = BusValue.Bind(source: "/run/systemd/notify", target: "/run/systemd/notify")
    private let code = BusValue.Bind(source: "/state/code/ab", target: "/app")
    private let usr = BusValue.Bind(source: "/usr", target: "/usr")
    private let library = BusValue.Bind(source: "/usr/lib/x", target: "/usr/lib/x")

    @Test func aModelsWorkerSeesItsProgramAndItsModel() {
        for kind in [Kind.native, .validation] {
            #expect(
                binds(kind) == [
                    notify, BusValue.Bind(source: "/opt/hearth-worker", target: "/hearth-worker"),
                    BusValue.Bind(source: "/state/blobs/ab", target: "/model"),
                ])
            #expect(environment(kind).contains("HEARTH_MODEL=/model"))
            let properties = UnitPropertiesTests.properties(kind)
            #expect(
                properties["ExecStart"] == .command(path: "/hearth-worker", arguments: ["hearth-worker"]))
            #expect(properties["WorkingDirectory"] == .text("/"))
        }
    }

    @Test func aProgramSeesItsFilesAndItsFolders() {
        #expect(binds(.exec) == [notify, code, usr, library])
        #expect(
            binds(.port) == [
                notify, code, usr, library,
                BusValue.Bind(source: "/opt/hearth-adapter", target: "/hearth-adapter"),
            ])
        for kind in [Kind.exec, .port] {
            #expect(!environment(kind).contains { $0.hasPrefix("HEARTH_MODEL=") })
            #expect(environment(kind).contains("PATH=/usr/local/bin:/usr/bin:/bin"))
            #expect(UnitPropertiesTests.properties(kind)["WorkingDirectory"] == .text("/app"))
        }
    }

    @Test func aFolderComesBeforeThoseThatLieInIt() {
        guard case .binds(let binds) = UnitPropertiesTests.properties(.exec)["BindReadOnlyPaths"],
            let outer = binds.firstIndex(of: usr), let inner = binds.firstIndex(of: library)
        else {
            Issue.record("a folder is missing")
            return
        }
        #expect(outer < inner)
    }

    @Test func theRootIsTheEmptyFolderAndNoMoreIsShown() {
        for kind in Kind.allCases {
            let properties = UnitPropertiesTests.properties(kind)
            #expect(properties["RootDirectory"] == .text("/run/roots/r"))
            // The folder is root's; what systemd mounts there itself must not be the worker's either.
            #expect(properties["ReadOnlyPaths"] == .texts(["+/run"]))
            #expect(properties["ProtectHome"] == .text("yes"))
            // A property that shows more than the binds do is none of the plan's.
            for name in ["BindPaths", "RootImage", "TemporaryFileSystem", "ReadWritePaths", "PrivateTmp"] {
                #expect(properties[name] == nil, "\(name)")
            }
        }
    }

    @Test func aPortIsServedThroughTheAdapter() {
        #expect(
            UnitPropertiesTests.properties(.port)["ExecStart"]
                == .command(
                    path: "/hearth-adapter",
                    arguments: ["hearth-adapter", "8000", "--", "./serve", "--fast"]))
    }

    @Test(
        "a program is named as a shell names it",
        arguments: [
            ("./serve", "/app/serve"), ("bin/serve", "/app/bin/serve"), ("/usr/bin/env", "/usr/bin/env"),
            ("no-such-program-anywhere", "no-such-program-anywhere"),
        ])
    func programs(word: String, path: String) {
        let plan = SandboxPlan(
            tenant: "a", program: .exec(command: [word, "x"], port: nil), code: "/c", memory: 1 << 20,
            threads: 1)
        let properties = UnitProperties(
            request: WorkerRequest(
                id: 1, plan: plan, environment: [], socketPath: "/s", notifyPath: nil, modelPath: nil,
                descriptorNames: []),
            configuration: StarterConfiguration(workerProgram: "/w", adapterProgram: "/a", allowed: []),
            root: "/r")
        #expect(
            properties.service.contains(
                UnitProperty("ExecStart", .command(path: path, arguments: [word, "x"]))))
    }
}
