import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

/// What a child has, and what becomes of it.
struct ChildProcessTests {
    @Test func descriptorsArriveInOrderAlsoWhenTheyOverlapTheirPlaces() throws {
        let folder = try TemporaryFolder()
        var files: [CInt] = []
        defer { for file in files { close(file) } }
        for number in 0..<60 {
            let path = try folder.write(Array("\(number)\n".utf8), to: "\(number)")
            files.append(try FileDescriptor.open(path, O_RDONLY).release())
        }
        // Reversed, so that most places are taken by a file that belongs elsewhere.
        for order in [Array(files.indices), files.indices.reversed(), files.indices.map { ($0 * 7) % 60 }] {
            let places = order.indices.map { "/dev/fd/\(3 + $0)" }
            let run = try ChildRun("/bin/cat", places, descriptors: order.map { files[$0] })
            #expect(run.lines == order.map(String.init))
            #expect(run.status == .exited(0))
        }
    }

    @Test func theSameDescriptorMayBePassedTwice() throws {
        let folder = try TemporaryFolder()
        let file = try FileDescriptor.open(folder.write(Array("x".utf8), to: "file"), O_RDONLY)
        let run = try ChildRun(
            "/bin/cat", ["/dev/fd/3", "/dev/fd/4"], descriptors: [file.number, file.number])
        #expect(run.output == "xx")
    }

    @Test func noOtherDescriptorIsOpenInTheChild() throws {
        let folder = try TemporaryFolder()
        let file = try FileDescriptor.open(folder.write([], to: "file"), O_RDONLY)
        // Without close-on-exec, as a careless library would open them.
        let strays = (0..<10).map { _ in dup(file.number) }
        defer { for stray in strays { close(stray) } }
        for count in 0...3 {
            let run = try ChildRun(
                "/bin/ls", ["/proc/self/fd"], descriptors: [CInt](repeating: file.number, count: count))
            // The last is the folder that `ls` reads.
            #expect(Set(run.lines) == Set((0...(3 + count)).map(String.init)))
        }
    }

    @Test func thePassedDescriptorsAreCountedForTheChildItself() throws {
        let input = try FileDescriptor.open("/dev/null", O_RDONLY)
        let run = try ChildRun(
            "/bin/sh", ["-c", "echo $$ $LISTEN_PID"], environment: ["LISTEN_FDS=1"],
            descriptors: [input.number])
        #expect(run.output == "\(run.identifier) \(run.identifier)\n")
    }

    @Test func theEnvironmentIsTheGivenOneAndNoMore() throws {
        let environment = ["A=1", "EMPTY=", "TEXT=with spaces = and \u{E9}"]
        #expect(try ChildRun("/usr/bin/env", environment: environment).lines == environment)
        #expect(try ChildRun("/usr/bin/env").lines == [])
        let input = try FileDescriptor.open("/dev/null", O_RDONLY)
        let run = try ChildRun("/usr/bin/env", environment: environment, descriptors: [input.number])
        #expect(run.lines == environment + ["LISTEN_PID=\(run.identifier)"])
    }

    @Test func argumentsArriveAsTheyAre() throws {
        let arguments = ["", "a b", "$HOME", "é", "-n"]
        let run = try ChildRun("/usr/bin/printf", ["[%s]"] + arguments)
        #expect(run.output == arguments.map { "[\($0)]" }.joined())
    }

    @Test func signalsAreAsInANewProcess() throws {
        // Programs of servers ignore SIGPIPE, and threads of ours block SIGTERM; a child must not.
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        var blocked = sigset_t()
        var previous = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTERM)
        sigaddset(&blocked, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &blocked, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        let lines = try ChildRun("/bin/cat", ["/proc/self/status"]).lines
        // The C library keeps 32 and 33 to itself; what they are set to is inherited and means nothing.
        let own: UInt64 = 1 << 31 | 1 << 32
        for name in ["SigBlk:", "SigIgn:", "SigCgt:"] {
            let line = try #require(lines.first { $0.hasPrefix(name) })
            let signals = try #require(UInt64(line.dropFirst(name.count).drop { $0 == "\t" }, radix: 16))
            #expect(signals & ~own == 0, "\(line)")
        }
        var now = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &now)
        #expect(sigismember(&now, SIGTERM) == 1, "the caller keeps its own mask")
    }

    @Test func aChildLeadsASessionAndReadsNothing() throws {
        let run = try ChildRun("/bin/cat", ["/proc/self/stat", "-"])
        let fields = run.output.split(separator: " ")
        try #require(fields.count > 6)
        #expect(fields[4] == "\(run.identifier)", "its group is its own")
        #expect(fields[5] == "\(run.identifier)", "its session is its own")
    }

    @Test func theEndIsReported() throws {
        #expect(try ChildRun("/bin/sh", ["-c", "exit 7"]).status == .exited(7))
        #expect(try ChildRun("/bin/true").status == .exited(0))
        #expect(try ChildRun("/bin/sh", ["-c", "kill -9 $$"]).status == .signalled(SIGKILL))
        #expect(try ChildRun("/bin/sh", ["-c", "kill -TERM $$"]).status == .signalled(SIGTERM))
        #expect("\(ExitStatus.exited(1))" == "exited with status 1")
        #expect("\(ExitStatus.signalled(SIGKILL))" == "was ended by signal 9 (Killed)")
    }

    @Test func aSignalReachesTheChildAndNobodyAfterItsEnd() throws {
        let output = try FileDescriptor.open("/dev/null", O_WRONLY)
        let child = try ChildProcess(
            starting: .init(path: "/bin/sleep", arguments: ["1000"], environment: [], output: output.number))
        child.send(SIGTERM)
        #expect(waitUntilReadable(child.descriptor.number))
        child.send(SIGTERM)
        #expect(try child.reap() == .signalled(SIGTERM))
        child.send(SIGKILL)
        #expect(throws: SystemError.self) { _ = try child.reap() }
    }

    @Test func whatCannotBeExecutedIsAnErrorThatNamesIt() throws {
        let folder = try TemporaryFolder()
        let text = try folder.write(Array("no program".utf8), to: "text")
        for (path, code) in [(folder.path("missing"), ENOENT), (text, EACCES), (folder.path, EACCES)] {
            let error = #expect(throws: SystemError.self) { _ = try ChildRun(path) }
            #expect(error == SystemError("execute", path, code: code))
        }
        // Written by another process: a child that some other test starts right now may have this one's file
        // open.
        let program = folder.path("program")
        _ = try CommandRun(["install", "-m", "700", text, program], in: folder.url)
        let error = #expect(throws: SystemError.self) { _ = try ChildRun(program) }
        #expect(error?.code == ENOEXEC)
    }

    @Test func descriptorsThatCannotBePassedAreAnError() throws {
        let closed = #expect(throws: SystemError.self) {
            _ = try ChildRun("/bin/true", descriptors: [1 << 20])
        }
        #expect(closed?.step == "pass descriptors to")
        #expect(closed?.code == EBADF)
        let many = #expect(throws: SystemError.self) {
            _ = try ChildRun("/bin/true", descriptors: [CInt](repeating: 0, count: 100))
        }
        #expect(many?.code == E2BIG)
    }

    @Test func aChildDiesWithTheThreadThatStartedIt() throws {
        let box = ChildBox()
        try startThread(named: "parent") {
            box.child.withLock { child in
                guard let output = try? FileDescriptor.open("/dev/null", O_WRONLY) else { return }
                child = try? ChildProcess(
                    starting: .init(
                        path: "/bin/sleep", arguments: ["1000"], environment: [], output: output.number))
            }
            box.isStarted.signal()
        }
        let poller = try Poller()
        try poller.add(box.isStarted.descriptor.number, token: 0)
        _ = poller.wait()
        let number = box.child.withLock { $0?.descriptor.number } ?? -1
        #expect(waitUntilReadable(number))
        let status = try box.child.withLock { try $0?.reap() }
        #expect(status == .signalled(SIGKILL))
    }
}

private final class ChildBox: Sendable {
    let child = Mutex<ChildProcess?>(nil)
    let isStarted: WakeUp

    init() {
        do { isStarted = try WakeUp() } catch { preconditionFailure("\(error)") }
    }
}
