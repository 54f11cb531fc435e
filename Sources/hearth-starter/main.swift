import Glibc
import LinuxSystem
import Sandbox

// Starts workers for the host that started it, which is at the other end of descriptor 3. Nobody else starts it.

signal(SIGPIPE, SIG_IGN)
// The host ends it by hanging up; a signal to the whole group of a terminal is the host's business.
signal(SIGINT, SIG_IGN)
signal(SIGTERM, SIG_IGN)
do {
    let starter = try DirectStarter(host: MessageSocket(owning: FileDescriptor(owning: 3)))
    starter.run()
} catch {
    let line = Array("hearth-starter: \(error)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(71)
}
