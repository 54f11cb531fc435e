import Foundation
import Synchronization

/// How a process ended.
enum Ending: Hashable {
    case exited(Int32)
    case signalled(Int32)
}

/// A process of a test. It ends with the test: whoever lets go of it kills it.
final class SpawnedProcess: Sendable {
    let id: pid_t
    private let folder: any AnyObject & Sendable
    private let ending = Mutex<Ending?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - folder: where the program works; it is kept until the program has ended.
    ///   - environment: all of it.
    ///   - descriptors: become 3, 4, … of the program; others are closed.
    ///   - output: the file that standard output is added to.
    ///   - errors: the file that standard error is added to.
    init(
        _ command: [String], in folder: any AnyObject & Sendable,
        environment: [String: String] = inheritedEnvironment, descriptors: [CInt] = [],
        output: String, errors: String
    ) throws {
        self.folder = folder
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        // Far away from the numbers that they become.
        let copies = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 512) }
        defer { for copy in copies { close(copy) } }
        for (position, copy) in copies.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, copy, CInt(3 + position))
        }
        for number in Self.descriptorsThatWouldLeak where number >= 3 + copies.count {
            posix_spawn_file_actions_addclose(&actions, number)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let arguments = CStrings(command)
        let variables = CStrings(environment.map { "\($0.key)=\($0.value)" })
        var process: pid_t = 0
        let code = posix_spawn(
            &process, command[0], &actions, &attributes, arguments.pointers, variables.pointers)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        id = process
    }

    deinit {
        if !hasEnded {
            kill(id, SIGKILL)
            var status: CInt = 0
            waitpid(id, &status, 0)
        }
    }

    /// Descriptors of the tests' process that nobody marked to be closed by `exec`.
    private static var descriptorsThatWouldLeak: [CInt] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { CInt($0) }.filter { number in
            let flags = fcntl(number, F_GETFD)
            return flags >= 0 && flags & FD_CLOEXEC == 0
        }
    }

    /// The tests' own environment, without what the programs under test would take for theirs.
    static let inheritedEnvironment = ProcessInfo.processInfo.environment.filter {
        !$0.key.hasPrefix("HEARTH_") && !$0.key.hasPrefix("LISTEN_") && $0.key != "NOTIFY_SOCKET"
    }

    /// Whether the process is known to have ended.
    var hasEnded: Bool { poll() != nil }

    /// Sends a signal, as long as the number is known to be this process's.
    func send(_ signal: CInt) {
        ending.withLock { ending in if ending == nil { kill(id, signal) } }
    }

    /// How the process ended, if it has.
    func poll() -> Ending? {
        ending.withLock { ending in
            if ending != nil { return ending }
            var status: CInt = 0
            guard waitpid(id, &status, WNOHANG) == id else { return nil }
            let signal = status & 0x7F
            ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
            return ending
        }
    }

    /// Waits for the end.
    ///
    /// - Throws: ``TookTooLong``; the process is killed then.
    @discardableResult
    func end(within limit: Duration = .seconds(60)) async throws -> Ending {
        let deadline = ContinuousClock.now + limit
        while true {
            if let ending = poll() { return ending }
            guard ContinuousClock.now < deadline else {
                send(SIGKILL)
                throw TookTooLong("the end of process \(id)")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Kills the process and waits until it is gone.
    func killNow() async throws {
        send(SIGKILL)
        try await end()
    }
}

/// Strings for C, as long as this object lives.
private final class CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) { pointers = strings.map { strdup($0) } + [nil] }

    deinit { for pointer in pointers { free(pointer) } }
}

/// Whether a process with that number exists and has not ended.
func isAlive(_ process: Int32) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
        return false
    }
    return !status.contains(") Z ")
}
