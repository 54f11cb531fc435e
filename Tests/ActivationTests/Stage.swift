import Activation
import Foundation
import Glibc
import LinuxSystem
import Sandbox
import Synchronization
import TestSupport
import WorkerProtocol

/// An activation, a folder for its sockets and programs, and the events as they come, in a few words each.
///
/// | event | words |
/// |---|---|
/// | `started`, `exited` | `1 started`, `1 exited with status 0` |
/// | `message` | `1 says READY=1,STATUS=text` |
/// | `output` | `1 prints text` |
/// | `failedToStart` | `1 failed: cannot execute …` |
final class Stage: Sendable {
    let folder: TemporaryFolder
    let activation: StarterActivation
    private let record: EventRecord

    /// - Parameters:
    ///   - kind: scripts see this machine's files and programs where there is no sandbox.
    ///   - allowed: folders that workers in a sandbox may be shown beside this stage's own.
    init(_ kind: ActivationKind = .unsandboxed, allowed: [String] = []) throws {
        folder = try TemporaryFolder()
        let record = EventRecord()
        self.record = record
        let configuration = StarterConfiguration(
            workerProgram: folder.path("program"), adapterProgram: try builtProduct("hearth-adapter").path,
            allowed: [folder.path] + allowed)
        let starter = try StarterConnection(
            kind: kind, program: [try builtProduct("hearth-starter").path], configuration: configuration)
        activation = try StarterActivation(starter: starter, runFolder: folder.path) { record.add($0) }
    }

    func notifyPath(_ id: UInt64) -> String { folder.path("notify-\(id).sock") }

    /// The process of a worker that was started.
    func processID(_ id: UInt64) -> Int32? { record.processes.withLock { $0[id] } }

    func socketPath(_ id: UInt64) -> String { folder.path("worker-\(id)") }

    /// Writes an executable script; its first line names its interpreter.
    func script(_ text: String, name: String = "program") throws -> String {
        // A file that this process had open for writing may still be so in a child that another test starts
        // right now, and then the kernel does not execute it; so the program is written by a process without
        // children.
        let source = try folder.write(Array(text.utf8), to: name + ".text")
        _ = try CommandRun(["install", "-m", "700", source, folder.path(name)], in: folder.url)
        return folder.path(name)
    }

    /// Starts a program, with no file or folder of the machine but those named.
    func start(
        _ id: UInt64, _ program: String, hasSocket: Bool = true, modelPath: String? = nil,
        directories: [String] = []
    ) {
        let plan = SandboxPlan(
            tenant: "default", program: .exec(command: [program], port: nil), code: folder.path,
            directories: directories, memory: 256 << 20, threads: 1)
        start(id, plan, hasSocket: hasSocket, modelPath: modelPath)
    }

    func start(_ id: UInt64, _ plan: SandboxPlan, hasSocket: Bool = true, modelPath: String? = nil) {
        activation.start(
            WorkerStart(
                id: id, plan: plan,
                specification: WorkerSpecification(function: "default/f\(id)", revision: "ab"),
                socketPath: hasSocket ? socketPath(id) : nil, modelPath: modelPath))
    }

    /// All events up to the last of these workers'. An event that does not come within a minute is none.
    @discardableResult
    func events(untilEndOf ids: UInt64...) -> [String] {
        events { events in
            ids.allSatisfy { id in
                events.contains {
                    $0.hasPrefix("\(id) exited") || $0.hasPrefix("\(id) was ended")
                        || $0.hasPrefix("\(id) failed")
                }
            }
        }
    }

    @discardableResult
    func events(until event: String) -> [String] { events { $0.contains(event) } }

    private func events(until isEnough: ([String]) -> Bool) -> [String] {
        while true {
            record.hasNew.clear()
            let events = record.events.recorded
            if isEnough(events) || !isReadable(record.hasNew, withinSeconds: 60) { return events }
        }
    }
}

/// Whether somebody signals within a time.
func isReadable(_ wakeUp: borrowing WakeUp, withinSeconds seconds: Int32) -> Bool {
    var entry = pollfd(fd: wakeUp.descriptor.number, events: Int16(POLLIN), revents: 0)
    while true {
        let count = poll(&entry, 1, seconds * 1000)
        if count >= 0 || errno != EINTR { return count > 0 }
    }
}

private final class EventRecord: Sendable {
    let events = EffectRecorder<String>()
    let processes = Mutex<[UInt64: Int32]>([:])
    let hasNew: WakeUp

    init() {
        do { hasNew = try WakeUp() } catch { preconditionFailure("\(error)") }
    }

    func add(_ event: WorkerEvent) {
        if case .started(let id, let processID) = event { processes.withLock { $0[id] = processID } }
        events.record(Self.words(event))
        hasNew.signal()
    }

    private static func words(_ event: WorkerEvent) -> String {
        switch event {
        case .started(let id, _): "\(id) started"
        case .message(let id, let message):
            "\(id) says "
                + String(decoding: message.bytes.map { $0 == 10 ? UInt8(ascii: ",") : $0 }, as: UTF8.self)
        case .output(let id, let line): "\(id) prints \(line)"
        case .exited(let id, let status): "\(id) \(status)"
        case .starterEnded: "the starter ended"
        case .failedToStart(let id, let error): "\(id) failed: \(error)"
        }
    }
}
