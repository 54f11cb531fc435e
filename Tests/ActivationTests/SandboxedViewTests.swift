import Foundation
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

@testable import Activation

/// What a program in a sandbox sees of the machine: what its plan names, and nothing else.
@Suite(.enabled(if: SandboxedShell.isPossible, SandboxedShell.whyNot)) struct SandboxedViewTests {
    /// Commands that print which of these are there. A folder that is no view of the plan cannot be listed.
    private func probe(_ names: [String], in folder: String) -> String {
        "for name in \(names.map { "'\($0)'" }.joined(separator: " ")); do "
            + "test -e \(folder)/$name -o -L \(folder)/$name && echo $name; done"
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    @Test func theRootHasWhatThePlanNamesAndNothingElse() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        let links = HostLayout.links(showing: ["/usr"]).map { String($0.target.dropFirst()) }
        let candidates = Set(try names(in: "/") + ["app", "run", "model", "hearth-worker"])
        let found = Set(stage.output(probe(candidates.sorted(), in: "")))
        // A machine that is itself a container may allow no /proc.
        #expect(found.subtracting(["proc"]) == Set(["app", "dev", "run", "usr"] + links))
    }

    @Test func whatIsMountedIsWhatThePlanNames() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        let mounts = stage.output("cat /proc/self/mounts 2>/dev/null").map { $0.split(separator: " ") }
            .filter { $0.count > 3 }
        // Without /proc there is nobody to ask.
        guard !mounts.isEmpty else { return }
        // Where this machine has a mount inside one of the folders, the sandbox has it too.
        let places = mounts.map { String($0[1]) }.filter { !$0.hasPrefix("/usr/") }
        let expected = ["/", "/proc", "/app", "/usr", SandboxPlan.notifyPath] + SandboxPlan.devices
        #expect(places.sorted() == expected.sorted())
        for mount in mounts where !SandboxPlan.devices.contains(String(mount[1])) && mount[1] != "/proc" {
            let options = Set(mount[3].split(separator: ","))
            #expect(options.isSuperset(of: ["ro", "nosuid", "nodev"]), "\(mount[1])")
        }
    }

    @Test func itsOwnFilesAreInTheWorkingDirectory() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        let path = try stage.folder.write(Array("weights\n".utf8), to: "code/sub/file")
        // The kernel lets other users see what is for everybody.
        for place in ["code", "code/sub"] { chmod(stage.folder.path(place), 0o755) }
        chmod(path, 0o444)
        stage.start(
            1,
            command: [
                "/bin/sh", "-c", "pwd; ls -A; cat sub/file; test -S /run/notify.sock && echo messages",
            ],
            code: stage.folder.path("code"))
        let events = stage.events(untilEndOf: 1)
        #expect(stage.printed(1, in: events) == ["/app", "sub", "weights", "messages"])
    }

    @Test func devicesAreTheHarmlessOnes() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        let found = stage.output(
            probe(try names(in: "/dev").sorted(), in: "/dev")
                + "; echo gone > /dev/null; head -c 4 /dev/urandom | wc -c; head -c 4 /dev/zero | wc -c")
        #expect(found == ["full", "null", "random", "urandom", "zero", "4", "4"])
    }

    @Test func nothingCanBeWritten() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        // What everybody may write outside, so that only the sandbox forbids it.
        try stage.folder.write([], to: "open/file")
        chmod(stage.folder.path("open"), 0o777)
        chmod(stage.folder.path("open/file"), 0o666)
        let output = stage.output(
            """
            for place in / /app/open /usr /usr/lib /run /dev /proc /bin; do
                (: > $place/new) 2>/dev/null && echo "wrote $place/new"
                mkdir $place/folder 2>/dev/null && echo "made $place/folder"
            done
            (: >> /app/open/file) 2>/dev/null && echo "wrote to a file"
            chmod 777 / /app/open 2>/dev/null && echo "changed a mode"
            rm -f /app/open/file 2>/dev/null && echo "removed a file"
            cat /app/open/file && echo done
            """)
        #expect(output == ["done"])
    }

    @Test func itsProcessesAreAllThatItSees() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        let output = stage.output(
            "for place in /proc/[0-9]*; do test -d $place && echo ${place#/proc/}; done; echo own $$")
        // It is the second process of its own numbering, after the one that stands beside it.
        #expect(output.last == "own 2")
        #expect(output.dropLast().allSatisfy { (Int($0) ?? .max) < 10 }, "\(output)")
    }

    @Test func theMachineHasANameThatSaysNothing() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        #expect(stage.output("uname -n") == ["hearth"])
    }

    @Test func theNetworkIsALoopbackThatIsDown() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        // A UNIX socket is enough to ask for interfaces; SIOCGIFNAME is 0x8910, and SIOCGIFFLAGS 0x8913.
        let questions = """
            use Socket;
            socket(my $socket, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
            for my $index (1..64) {
                my $entry = pack("x16 i x20", $index);
                ioctl($socket, 0x8910, $entry) or next;
                my $name = unpack("Z16", $entry);
                ioctl($socket, 0x8913, $entry) or die "flags: $!";
                print "$name ", (unpack("x16 s", $entry) & 1) ? "up" : "down", "\\n";
            }
            socket(my $internet, PF_INET, SOCK_STREAM, 0) or print "no sockets of the internet: $!\\n";
            """
        stage.start(1, command: ["/usr/bin/perl", "-e", questions])
        let events = stage.events(untilEndOf: 1)
        #expect(
            stage.printed(1, in: events) == [
                "lo down", "no sockets of the internet: Operation not permitted",
            ])
    }

    @Test func aFolderThatIsNotAllowedIsRefusedByItsName() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        for (id, path) in [(1, "/etc"), (2, "/usr/../etc"), (3, "/usrlocal"), (4, "/")]
            as [(UInt64, String)]
        {
            stage.start(id, command: ["/bin/true"], directories: ["/usr", path])
            let failure = "\(id) failed: cannot show to a worker \(path): Permission denied"
            #expect(stage.events(untilEndOf: id).last == failure)
        }
        stage.start(5, command: ["/bin/true"], code: "/etc")
        #expect(
            stage.events(untilEndOf: 5).last == "5 failed: cannot show to a worker /etc: Permission denied")
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        let stage = try Stage.sandboxed()
        defer { stage.activation.shutDown() }
        stage.start(1, command: ["/bin/true"], directories: ["/usr", "/usr/none/such"])
        #expect(
            stage.events(untilEndOf: 1)
                == ["1 failed: cannot open for the sandbox /usr/none/such: No such file or directory"])
    }
}
