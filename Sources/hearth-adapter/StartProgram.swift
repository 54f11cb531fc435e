import Glibc
import LinuxSystem

/// The program beside this one, which threads of this process look at.
final class SharedProgram: Sendable {
    let process: ChildProcess

    init(_ process: consuming ChildProcess) { self.process = process }

    /// Blocks until it has ended.
    func waitForEnd() -> ExitStatus {
        var entry = pollfd(fd: process.descriptor.number, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, -1) < 0 && errno == EINTR {}
        return (try? process.reap()) ?? .exited(71)
    }
}

/// Starts the program with the environment of this process, less what concerns the inherited socket, and with `PORT`.
///
/// - Throws: `SystemError`.
func startProgram(_ command: [String], port: Int) throws(SystemError) -> ChildProcess {
    let hidden = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET"]
    var variables: [String] = []
    var entry = environ
    while let text = entry.pointee {
        let variable = String(cString: text)
        if !hidden.contains(where: { variable.hasPrefix($0 + "=") }) { variables.append(variable) }
        entry += 1
    }
    return try ChildProcess(
        starting: ChildProcess.Request(
            path: executablePath(command[0], searchPath: getenv("PATH").map { String(cString: $0) } ?? ""),
            arguments: Array(command.dropFirst()),
            environment: variables + ["PORT=\(port)"], output: STDOUT_FILENO))
}
