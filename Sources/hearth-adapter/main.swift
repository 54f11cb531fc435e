import Glibc
import LinuxSystem
import NIOCore
import NIOPosix

// Lets a program that listens on a TCP port be a worker: takes the worker's listening socket, starts the program, and
// passes every connection on to the program's port on the loopback of their own network namespace.
//
// hearth-adapter PORT -- PROGRAM [ARGUMENT …]

let words = CommandLine.arguments
guard words.count > 3, words[2] == "--", let port = Int(words[1]), (1...65535).contains(port) else {
    complain("usage: hearth-adapter PORT -- PROGRAM [ARGUMENT …]")
    exit(64)
}
signal(SIGPIPE, SIG_IGN)
var drainSignals = sigset_t()
sigemptyset(&drainSignals)
sigaddset(&drainSignals, SIGTERM)
sigaddset(&drainSignals, SIGINT)
pthread_sigmask(SIG_BLOCK, &drainSignals, nil)
do {
    let program = SharedProgram(try startProgram(Array(words.dropFirst(3)), port: port))
    // SIGTERM is the program's business: it drains, ends, and its end is ours.
    let signals = drainSignals
    try startThread(named: "signals") {
        var signals = signals
        while true {
            var received: CInt = 0
            sigwait(&signals, &received)
            program.process.send(received)
        }
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    _ = try passConnectionsOn(from: 3, toPort: port, group).wait()
    let status = program.waitForEnd()
    switch status {
    case .exited(let code): exit(code)
    case .signalled(let number): endBySignal(number)
    }
} catch {
    complain("\(error)")
    exit(71)
}

/// Ends as the program did, so that whoever waits sees how: a stop that the program does not handle is none of its faults.
func endBySignal(_ number: CInt) -> Never {
    var own = sigset_t()
    sigemptyset(&own)
    sigaddset(&own, number)
    signal(number, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &own, nil)
    kill(getpid(), number)
    // The first process of a namespace is not ended by its own signals.
    exit(128 + number)
}

func complain(_ cause: String) {
    let line = Array("hearth-adapter: \(cause)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}
