import Foundation
import TestSupport
import Testing

/// What the hostile worker reports of one attempt.
struct AttemptReport: Decodable {
    var attempt: String
    /// `refused`, `done`, or `contained`: it was let in and gained nothing.
    var outcome: String
    var detail: String
}

/// A host with two tenants: a victim that only wants to be served, and an attacker that tries to break out.
struct HostileTarget {
    let host: RunningHost
    /// The attacker's function, and what its processes are called: other tests on this machine have others.
    let name = "hostile-\(String(UInt32.random(in: 0x100000...0xFFFFFF), radix: 16))"
    /// The victim's worker.
    let victim: WorkerLine
    private let vector: [Float]
    private static let request = #"{"inputs":"the cat sat"}"#

    init(manifest lines: [String] = ["limits: { memory: 128MiB }"]) async throws {
        host = try await RunningHost.withTinyModel(["scaling: { keepAlive: forever }"])
        let program = try builtProgram("HostileWorker")
        // The victim has a program too, so that there are files of it to read.
        try await host.deploy(host.folder.writeProgram("neighbour", program))
        let bundle = try host.folder.writeProgram(name, program, lines: lines)
        try await host.succeed("deploy", bundle, "--tenant", "attacker")
        let reply = try await host.call(.invoke("tiny", Self.request))
        #expect(reply.status == 200, "\(reply)")
        vector = try reply.decoded(Invocation.self).outputs.first ?? []
        victim = try #require(try await host.workers().first { $0.function == "tiny" })
    }

    /// The processes to be left alone: the victim, the host, what starts workers, and the test.
    var others: [Int32] { [victim.pid ?? 0, host.process.id, starter, getpid()] }

    private var starter: Int32 { Harm.children(of: host.process.id).first ?? 0 }

    /// The answer to one attempt, whatever it is.
    func reply(to attempt: String, patience: Duration = .seconds(90)) async throws -> HTTPReply {
        var call = HTTPCall.invoke(name, attempt)
        call.headers = [("hearth-tenant", "attacker"), ("content-type", "text/plain")]
        return try await host.call(call, patience: patience)
    }

    /// How an attempt ends for its client: by an answer, or nil by the end of the connection.
    func end(of attempt: String) async throws -> HTTPReply? {
        do {
            return try await reply(to: attempt, patience: .seconds(20))
        } catch is NoReply {
            return nil
        } catch let error as TookTooLong {
            throw TookTooLong("\(attempt): \(error)")
        }
    }

    /// What the hostile worker says of one attempt.
    func attempt(_ attempt: String) async throws -> AttemptReport {
        let reply = try await reply(to: attempt)
        #expect(reply.status == 200, "\(attempt): \(reply)")
        return try reply.decoded()
    }

    /// The names of all attempts that it knows.
    func attempts() async throws -> [String] {
        var call = HTTPCall.get("/functions/\(name)/attempts")
        call.headers = [("hearth-tenant", "attacker")]
        return try await host.call(call).decoded()
    }

    /// Asks for an attempt, and is gone before it ends.
    func hangUp(after pause: Duration, _ attempt: String) async throws {
        let place = host.place
        try await onOwnThread {
            let connection = try RawConnection(place)
            var call = HTTPCall.invoke(name, attempt)
            call.headers = [("hearth-tenant", "attacker")]
            connection.send(call.bytes)
            usleep(UInt32(pause / .microseconds(1)))
            connection.hangUp()
        }
    }

    /// The attacker's next calls are answered by it, after a moment in which its end may not be known yet.
    func expectAttackerServes(_ comment: String) async throws {
        try await eventually("an answer after \(comment)") {
            let reply = try await reply(to: "describe")
            return try reply.status == 200 && reply.decoded(AttemptReport.self).attempt == "describe"
        }
    }

    /// Takes the attacker to zero.
    func stopAttacker() async throws { try await host.succeed("stop", name, "--tenant", "attacker") }

    /// The host is well; the victim's worker is the one that it was, and answers what it answered.
    func expectVictimUnharmed(_ comment: String) async throws {
        #expect(!host.process.hasEnded, "\(comment): \(host.folder.logText.suffix(1500))")
        #expect(try await host.call(.get("/healthz")).status == 200, "\(comment)")
        let reply = try await host.call(.invoke("tiny", Self.request))
        #expect(reply.status == 200 && reply.header("hearth-start") == "warm", "\(comment): \(reply)")
        #expect(try reply.decoded(Invocation.self).outputs.first == vector, "\(comment)")
        #expect(try await host.workers().first { $0.function == "tiny" }?.pid == victim.pid, "\(comment)")
    }

    /// Takes the attacker to zero, after which there is neither a process nor a socket of it.
    func expectNothingLeft(_ comment: String) async throws {
        try await stopAttacker()
        try await expectNobodyLeft(comment)
        #expect(Set(host.folder.sockets) == Set(RunningHost.sockets(of: victim)), "\(comment)")
    }

    /// Waits until no process of the attacker is left.
    func expectNobodyLeft(_ comment: String) async throws {
        do {
            try await eventually("the end of all hostile processes", within: .seconds(45)) {
                processes().isEmpty
            }
        } catch {
            Issue.record("\(comment): \(processes()) are left")
        }
    }

    /// Every process of the attacker on this machine, as far as it can be seen from here.
    func processes() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            let stat = text(of: "/proc/\(process)/stat")
            return stat.contains("(\(name))") && !stat.contains("(\(name)) Z")
        }
    }
}
