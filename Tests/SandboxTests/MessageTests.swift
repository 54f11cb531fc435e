import LinuxSystem
import TestSupport
import Testing

@testable import Sandbox

/// What host and starter tell each other arrives as it was meant, and what is no message is an error.
struct MessageTests {
    private func request(_ program: SandboxPlan.Program) -> WorkerRequest {
        WorkerRequest(
            id: 7,
            plan: SandboxPlan(
                tenant: "a", program: program, code: "/state/code/x", directories: ["/usr", "/opt/a b"],
                memory: 1 << 30, threads: 2, modelBytes: 5),
            environment: ["HEARTH_FUNCTION=a/f", "TWO=1=2"], socketPath: "/run/w.sock",
            notifyPath: "/run/n.sock",
            modelPath: "/blobs/b", descriptorNames: ["listener", "model"])
    }

    @Test func requestsReadBackAsTheyWere() throws {
        let programs: [SandboxPlan.Program] = [
            .native, .exec(command: ["python3", "-m", "", "a=b\n"], port: nil),
            .exec(command: ["x"], port: 8080),
        ]
        for program in programs {
            let request = StarterRequest.start(request(program))
            #expect(try StarterRequest(request.bytes) == request)
        }
        #expect(try StarterRequest(StarterRequest.begin.bytes) == .begin)
        let signal = StarterRequest.signal(id: .max, number: 15)
        #expect(try StarterRequest(signal.bytes) == signal)
    }

    @Test func reportsReadBackAsTheyWere() throws {
        let reports: [StarterReport] = [
            .hello(description: "namespaces", notEnforced: ["one", "two"]),
            .hello(description: "", notEnforced: []),
            .started(id: 1, processID: 99), .started(id: 1, processID: nil),
            .message(id: 2, text: "READY=1\nSTATUS=a"), .exited(id: 3, .exited(65)),
            .exited(id: 3, .signalled(9)),
            .failed(id: 4, SystemError("open", "/a=b", code: 2)),
        ]
        for report in reports { #expect(try StarterReport(report.bytes) == report) }
    }

    @Test func theConfigurationReadsBackAsItWas() throws {
        let configuration = StarterConfiguration(
            workerProgram: "/usr/bin/hearth-worker", adapterProgram: "/usr/bin/hearth-adapter",
            allowed: ["/usr", "/state/code"], unitPrefix: "hearth-1", rootsFolder: "/r", socketsFolder: "/s",
            isUnsandboxed: true,
            filters: [.native: [1, .max, 0], .exec: []])
        #expect(try StarterConfiguration(configuration.bytes) == configuration)
    }

    @Test func aWorkerListensAtItsOwnPlaceAndNoOther() {
        let configuration = StarterConfiguration(
            workerProgram: "/w", adapterProgram: "/a", allowed: [], socketsFolder: "/state/run")
        var request = request(.native)
        for path in [nil, "/state/run/worker-7.sock"] {
            request.socketPath = path
            #expect(configuration.allowsSocket(of: request))
        }
        for path in [
            "", "/etc/passwd", "127.0.0.1:80", "/state/run/worker-8.sock", "/state/run/../worker-7.sock",
            "/state/run/worker-7.sock/", "@worker-7.sock",
        ] {
            request.socketPath = path
            #expect(!configuration.allowsSocket(of: request), "\(path)")
        }
    }

    @Test(arguments: [
        ("memory", -1), ("memory", 0), ("memory", Int.max), ("threads", 0), ("threads", -1),
        ("threads", .max),
        ("model-bytes", -1), ("model-bytes", .max), ("port", 0), ("port", 65536), ("port", -1),
    ])
    func limitsThatNoMachineHasAreErrors(key: String, number: Int) throws {
        let message = String(
            decoding: StarterRequest.start(request(.exec(command: ["a"], port: 1))).bytes, as: UTF8.self)
        let fields = message.split(separator: "\0", omittingEmptySubsequences: false)
        #expect(fields.contains { $0.hasPrefix("\(key)=") })
        let changed = fields.map { $0.hasPrefix("\(key)=") ? "\(key)=\(number)" : String($0) }
        #expect(throws: MessageError.self) { try StarterRequest(Array(changed.joined(separator: "\0").utf8)) }
    }

    @Test func whatIsCutOffOrChangedIsAnErrorAndNeverATrap() throws {
        var random = SeededGenerator(seed: .random(in: 0 ... .max))
        let bytes = StarterRequest.start(request(.exec(command: ["a", "b"], port: 1))).bytes
        for length in 0..<bytes.count {
            // A message may be whole again at the end of a field, and is another one then.
            if let read = try? StarterRequest(Array(bytes.prefix(length))) {
                #expect(try StarterRequest(read.bytes) == read)
            }
        }
        for _ in 0..<2000 {
            var changed = bytes
            changed[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let read = try? StarterRequest(changed) { #expect(try StarterRequest(read.bytes) == read) }
        }
        for text in [
            "", "do", "do=dance", "do=start", "do=signal\0id=-1\0number=9", "do=signal\0id=1\0number=nine",
        ] {
            #expect(throws: MessageError.self, "\(text)") { try StarterRequest(Array(text.utf8)) }
        }
    }
}
