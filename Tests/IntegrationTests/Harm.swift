import Foundation
import Testing

/// What a host was like before bad input, to be compared with what it is like after.
struct Harm {
    private let host: RunningHost
    private let kilobytes: Int
    private let functions: [String]
    private let descriptors: Int

    /// Calls the function `tiny` once, so that its worker runs and every path is warm.
    init(_ host: RunningHost) async throws {
        self.host = host
        try Self.expectGood(try await host.call(.invoke("tiny", #"{"inputs":"the cat"}"#)))
        functions = try await host.functions().map(\.name)
        kilobytes = residentKilobytes(of: host.process.id)
        descriptors = Self.descriptors(of: host.process.id)
    }

    private static func expectGood(_ reply: HTTPReply) throws {
        #expect(reply.status == 200, "\(reply)")
        #expect(try reply.decoded(Invocation.self).outputs.first?.count == TinyModel.width)
    }

    /// The host serves as before, and nothing is left of what it refused.
    func expectNone() async throws {
        #expect(!host.process.hasEnded, "\(host.folder.logText.suffix(2000))")
        try Self.expectGood(try await host.call(.invoke("tiny", #"{"inputs":"the cat"}"#)))
        #expect(try await host.functions().map(\.name) == functions)
        try await eventually("the end of all requests") {
            try await host.workers().allSatisfy { $0.inFlight == 0 }
        }
        #expect(host.folder.incoming.isEmpty)
        let workers = try await host.workers()
        #expect(workers.map(\.function) == ["tiny"])
        #expect(Set(host.folder.sockets) == Set(workers.flatMap(RunningHost.sockets)))
        if RunningHost.activation != "systemd" {
            try await eventually("the end of all other processes") {
                let starters = Self.children(of: host.process.id)
                let started = starters.flatMap(Self.children)
                return starters.count == 1 && Set(started) == Set(workers.compactMap(\.pid))
            }
        }
        // A few connections to the worker may wait for the next request.
        try await eventually("the end of all connections") {
            Self.descriptors(of: host.process.id) <= descriptors + 8
        }
        let grown = residentKilobytes(of: host.process.id) - kilobytes
        #expect(grown < 64 << 10, "the host has grown by \(grown) KiB")
    }

    /// How many descriptors a process has open.
    private static func descriptors(of process: Int32) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd"))?.count ?? 0
    }

    /// The processes that a process has started and that still exist.
    static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            let fields =
                text(of: "/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && Int32(fields[1]) == parent
        }
    }
}
