import Glibc
import LinuxSystem
import WorkerProtocol

// A worker that does what a test tells it: beside the program lies a plan, NAME.plan, where NAME is the path
// by which the program was started. Every start adds a line to NAME.starts.

var drainSignals = sigset_t()
sigemptyset(&drainSignals)
sigaddset(&drainSignals, SIGTERM)
pthread_sigmask(SIG_BLOCK, &drainSignals, nil)
signal(SIGPIPE, SIG_IGN)

func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

func say(_ message: WorkerMessage) {
    guard let path = variable("NOTIFY_SOCKET") else { return }
    try? UnixSocket.send(message.bytes, to: path)
}

func fail(_ cause: String) -> Never {
    var message = WorkerMessage()
    message.failure = cause
    say(message)
    exit(65)
}

let plan = FakePlan(program: CommandLine.arguments[0])
let specification = try WorkerSpecification(lookup: variable)
plan.recordStart("\(specification.purpose.rawValue) \(getpid()) \(specification.function)")

for line in plan.all("say") { FakePlan.write("\(line)\n", to: STDERR_FILENO) }
if let lines = plan.number("flood") {
    for number in 0..<lines { FakePlan.write("flood line \(number) of \(lines)\n", to: STDERR_FILENO) }
}

if specification.purpose == .validate {
    if let cause = plan["validate-fail"] { fail(cause) }
    exit(Int32(plan.number("validate-exit") ?? 0))
}

if let delay = plan.number("delay") { usleep(UInt32(delay) * 1000) }
if let status = plan.number("exit") { exit(Int32(status)) }
if let cause = plan["fail"] { fail(cause) }
if plan["silent"] != nil { while true { pause() } }

guard
    let listener = try ListenEnvironment(lookup: variable, processID: getpid())
        .descriptor(named: ListenEnvironment.listenerName)
else { exit(64) }
let server = FakeServer(listener: listener)
try startThread(named: "accept") { server.acceptConnections() }

var ready = WorkerMessage()
ready.isReady = true
ready.status = "fake"
say(ready)

while true {
    var received: CInt = 0
    sigwait(&drainSignals, &received)
    if plan["deaf"] == nil { break }
    FakePlan.write("SIGTERM is ignored\n", to: STDERR_FILENO)
}
server.drain()
exit(0)
