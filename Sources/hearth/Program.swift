import ArgumentParser
import Dispatch

/// Where the process begins: what must happen while it has one thread, and then everything else.
@main
enum Program {
    static func main() {
        // What cannot be parsed is told below, in one way for all commands.
        let command = try? Hearth.parseAsRoot()
        do {
            if let serve = command as? ServeCommand { try serve.handOverPrivileges() }
            if let starter = command as? SystemdStarterCommand { return try starter.run() }
        } catch {
            CommandFailure.exit(for: error, of: Hearth.self)
        }
        let finished = DispatchSemaphore(value: 0)
        Task.detached {
            await Hearth.main()
            finished.signal()
        }
        // The kernel ends what this thread started when the thread ends, so it stays.
        finished.wait()
    }
}
