import Foundation
import Glibc
import TestSupport
import Testing

@testable import Sandbox

/// What is written where a part of the cgroup2 hierarchy is delegated; a folder stands for the kernel's.
struct ControlGroupsTests {
    private func hierarchy(_ controllers: String, at path: String = "host") throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["cgroup.controllers", "cgroup.subtree_control"] {
            try folder.write(
                Array((name == "cgroup.controllers" ? controllers : "").utf8), to: "\(path)/\(name)")
        }
        // The kernel makes these files with the folders.
        for name in ["hearth-host/cgroup.procs", "hearth-workers/cgroup.subtree_control"] {
            try folder.write([], to: "\(path)/\(name)")
        }
        return folder
    }

    private func text(_ folder: TemporaryFolder, _ path: String) -> String {
        (try? String(contentsOfFile: folder.path(path), encoding: .utf8)) ?? "missing"
    }

    @Test func aDelegatedPartIsDividedAndItsOwnProcessesStepAside() throws {
        let folder = try hierarchy("cpuset cpu io memory pids\n")
        let groups = try #require(
            ControlGroups(membership: "3:pids:/x\n0::/host\n", mountPoint: folder.path, residents: [42]))
        #expect(groups.controllers == [.memory, .cpu, .pids])
        #expect(groups.folder == folder.path("host/hearth-workers"))
        #expect(text(folder, "host/hearth-host/cgroup.procs") == "42")
        #expect(["+memory", "+cpu", "+pids"].contains(text(folder, "host/cgroup.subtree_control")))
    }

    @Test func aMachineWithoutTheControllersHasNone() throws {
        let folder = try hierarchy("hugetlb\n")
        #expect(ControlGroups(membership: "0::/host\n", mountPoint: folder.path, residents: []) == nil)
        #expect(ControlGroups(membership: "4:memory:/host\n", mountPoint: folder.path, residents: []) == nil)
        #expect(ControlGroups(membership: "0::/elsewhere\n", mountPoint: folder.path, residents: []) == nil)
    }

    @Test func everyLimitIsAFileAndItsValue() {
        let limits = ControlGroups.Limits(memory: 1000, processors: 2, tasks: 18)
        let all = ControlGroups.settings(limits, [.memory, .cpu, .pids])
        #expect(
            all.map { "\($0.file)=\($0.value)" } == [
                "memory.max=1000", "memory.swap.max=0", "memory.oom.group=1", "cpu.max=200000 100000",
                "pids.max=18",
            ])
        #expect(ControlGroups.settings(limits, [.pids]).map(\.file) == ["pids.max"])
    }
}
