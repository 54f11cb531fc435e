import Activation
import ArgumentParser
import Dispatch
import FoundationEssentials
import Glibc
import LinuxSystem

/// Hosts that the command runs for itself, one for each way of starting workers. They and all they wrote are
/// gone at the end, also where something failed or a signal asked the command to end.
enum OwnHosts {
    /// Lends hosts that serve.
    ///
    /// - Throws: what the body throws; `ExitCode` where a signal ended it.
    static func with<Result: Sendable>(
        _ kinds: [ActivationKind], _ body: @escaping @Sendable ([OwnHost]) async throws -> Result
    ) async throws -> Result {
        // From here on a signal is kept until everything is there that it ends.
        let (signals, sources) = terminationSignals()
        defer { for source in sources { source.cancel() } }
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var hosts: [OwnHost] = []
        do {
            for kind in kinds { hosts.append(try await OwnHost(kind, in: folder)) }
            let started = hosts
            let result = try await untilSignal(signals) {
                for host in started { try await host.awaitReady() }
                return try await body(started)
            }
            await end(hosts)
            return result
        } catch {
            await end(hosts)
            throw error
        }
    }

    private static func untilSignal<Result: Sendable>(
        _ signals: AsyncStream<Int32>, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { tasks in
            tasks.addTask { try await body() }
            tasks.addTask {
                // As a shell says that a signal ended a program.
                for await number in signals { throw ExitCode(128 + number) }
                throw CancellationError()
            }
            defer { tasks.cancelAll() }
            guard let result = try await tasks.next() else { throw CancellationError() }
            return result
        }
    }

    private static func end(_ hosts: [OwnHost]) async {
        await withDiscardingTaskGroup { tasks in
            for host in hosts { tasks.addTask { await host.end() } }
        }
    }

    /// A folder that a host which has dropped root can pass through. Its path is short, because that of a
    /// socket has 107 bytes at most.
    private static func makeFolder() throws -> String {
        let parent = absolutePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
        var template = Array("\(parent)/hearth-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.last("create a folder in", parent) }
        let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        guard chmod(path, 0o711) == 0 else { throw SystemError.last("open to others", path) }
        return path
    }
}
