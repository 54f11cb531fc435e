import Activation
import Foundation
import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import Sandbox

/// How programs in sandboxes start and end, who they are, and what they may use.
@Suite(.enabled(if: SandboxedShell.isPossible, SandboxedShell.whyNot)) struct SandboxedProcessTests {
    /// How many processes of this machine have a text among their arguments.
    private func processes(withArgument text: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { name in
            guard Int32(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { return false }
            return String(decoding: data, as: UTF8.self).contains(text)
        }.count
    }

    /// A time to sleep that no other process sleeps.
    private func ownTime() -> String { "9000.\(UInt64.random(in: 1 << 60 ... .max))" }

    @Test(arguments: [
        ("exit 0", "exited with status 0"), ("exit 7", "exited with status 7"),
        ("exit 128", "exited with status 128"), ("exit 255", "exited with status 255"),
        ("kill -9 $$", "was ended by signal 9 (Killed)"),
        ("kill -TERM $$", "was ended by signal 15 (Terminated)"),
        ("kill -SEGV $$", "was ended by signal 11 (Segmentation fault)"),
    ]) func itsEndIsTold(commands: String, end: String) throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        stage.startShell(1, "echo up; \(commands)")
        #expect(stage.events(untilEndOf: 1) == ["1 started", "1 prints up", "1 \(end)"])
    }

    @Test func aKillEndsIt() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        stage.startShell(1, "trap '' TERM; echo up; while :; do sleep 0.02; done")
        stage.events(until: "1 prints up")
        stage.activation.kill(1)
        #expect(stage.events(untilEndOf: 1).last == "1 was ended by signal 9 (Killed)")
    }

    @Test func aStopEndsWhatDoesNotHandleIt() throws {
        // The kernel spares the first process of a numbering such signals, so the program is not the first.
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        stage.startShell(1, "echo up; exec sleep 1000")
        stage.events(until: "1 prints up")
        stage.activation.stop(1)
        #expect(stage.events(untilEndOf: 1).last == "1 was ended by signal 15 (Terminated)")
    }

    @Test func aStopReachesWhatHandlesIt() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        stage.startShell(1, "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.02; done")
        stage.events(until: "1 prints up")
        stage.activation.stop(1)
        #expect(stage.events(untilEndOf: 1).suffix(2) == ["1 prints bye", "1 exited with status 3"])
    }

    @Test(arguments: ["", "setsid "]) func whatItLeavesBehindEndsWithIt(prefix: String) throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        let time = ownTime()
        // The child is there before the end: it says so through a pipe.
        stage.startShell(
            1,
            "{ \(prefix)sh -c 'echo up; exec sleep \(time)' & } | { read word; echo \"$word\"; }; exit 3")
        #expect(stage.events(untilEndOf: 1) == ["1 started", "1 prints up", "1 exited with status 3"])
        #expect(processes(withArgument: time) == 0)
    }

    @Test func whatItStartedEndsWithItWhenItIsKilled() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        let time = ownTime()
        // Two generations, the elder one gone.
        stage.startShell(
            1, "(setsid sh -c 'echo up; exec sleep \(time)' &) ; trap '' TERM; while :; do sleep 0.02; done")
        stage.events(until: "1 prints up")
        #expect(processes(withArgument: time) > 0)
        stage.activation.kill(1)
        stage.events(untilEndOf: 1)
        #expect(processes(withArgument: time) == 0)
    }

    @Test func orphansAreReaped() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        // More than it may have processes at once. Each is left by its parent and has ended when the shell
        // goes on, because the shell reads what it prints to the end.
        let commands = """
            count=0
            while [ $count -lt 150 ]; do nothing=$( (sleep 0 &) ) || exit 9; count=$((count + 1)); done
            echo $count
            """
        stage.startShell(1, commands)
        #expect(stage.events(untilEndOf: 1) == ["1 started", "1 prints 150", "1 exited with status 0"])
    }

    @Test func whatIsNotThereIsNamedAndIsTheOnlyEvent() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        let source = try stage.folder.write(Array("#!/no/interpreter\n".utf8), to: "text")
        _ = try CommandRun(
            ["install", "-m", "755", source, stage.folder.path("script")], in: stage.folder.url)
        let missing = "No such file or directory"
        let expected: [(String, String)] = [
            ("/no/program", missing), ("./none", missing), ("no-such-name", missing), ("./script", missing),
            ("./text", "Permission denied"), ("/usr", "Permission denied"),
        ]
        for (offset, (program, cause)) in expected.enumerated() {
            let id = UInt64(offset + 1)
            stage.start(id, command: [program, "argument"])
            let own = stage.events(untilEndOf: id).filter { $0.hasPrefix("\(id) ") }
            #expect(own == ["\(id) failed: cannot execute \(program): \(cause)"])
        }
    }

    @Test func itsLimitsAreThePlans() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        stage.start(
            1, command: ["/usr/bin/prlimit", "--raw", "--noheadings", "--output=RESOURCE,SOFT,HARD"],
            threads: 3)
        let lines = Set(stage.printed(1, in: stage.events(untilEndOf: 1)))
        let limits = [
            ("NOFILE", 1024), ("NPROC", 3 + 64), ("DATA", 256 << 20), ("CORE", 0), ("FSIZE", 0),
            ("MEMLOCK", 0), ("MSGQUEUE", 0), ("SIGPENDING", 256),
        ]
        for (name, value) in limits {
            #expect(lines.contains("\(name) \(value) \(value)"), "\(name): \(lines.sorted())")
        }
    }

    @Test func itHasNoPrivilegesAndCannotGetAny() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        let lines = stage.output("cat /proc/self/status 2>/dev/null || echo none")
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        // A machine that is itself a container may allow no /proc, and then nobody can be asked.
        guard lines != ["none"] else { return }
        for name in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            #expect(lines.contains("\(name): 0000000000000000"), "\(name)")
        }
        #expect(lines.contains("NoNewPrivs: 1"))
        #expect(lines.contains("Seccomp: 2"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give users to workers"))
    func workersHaveUsersAndTenantsHaveRanges() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        for (id, tenant) in [(1, "one"), (2, "one"), (3, "other")] as [(UInt64, String)] {
            stage.startShell(id, "echo $(id -u) $(id -g) $(id -G); echo up; exec sleep 1000", tenant: tenant)
        }
        var users: [UInt32] = []
        for id in 1...3 as ClosedRange<UInt64> {
            let events = stage.events(until: "\(id) prints up")
            let line = try #require(stage.printed(id, in: events).first)
            let numbers = line.split(separator: " ").compactMap { UInt32($0) }
            // User, group and groups are one number, so nothing of the machine belongs to it by its group.
            #expect(numbers.count == 3 && Set(numbers).count == 1, "\(line)")
            users.append(numbers.first ?? 0)
        }
        #expect(Set(users).count == 3)
        let ranges = users.map { ($0 - UserRanges.base) / UserRanges.rangeSize }
        #expect(users.allSatisfy { $0 >= UserRanges.base })
        #expect(ranges[0] == ranges[1] && ranges[0] != ranges[2])
    }

    @Test(.enabled(if: geteuid() != 0, "root gives workers users of their own"))
    func withoutPrivilegesAUserHasAnotherNameInside() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        #expect(stage.output("id -u; id -g") == ["1000", "1000"])
    }
}
