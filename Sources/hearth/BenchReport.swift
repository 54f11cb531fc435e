import FoundationEssentials
import FunctionTypes
import Gateway
import NIOHTTP1

/// What `hearth bench cold` measured.
struct BenchReport: Codable, Sendable {
    /// What kind of call.
    enum Kind: String, Codable, CaseIterable, CodingKeyRepresentable, Sendable {
        case cold
        case warm
        case direct
    }

    var function: String
    var runs: Int
    /// The instruction set of the kernels on this machine.
    var instructionSet: String
    var samples: [Kind: [BenchSample]] = [:]
    /// Private memory of the idle, warm worker in KiB (Private_Dirty: what no other process and no file
    /// holds).
    var workerPrivateKiB: Int?
    /// Resident memory of the host in KiB.
    var hostResidentKiB: Int?

    static let phases = ["route", "queue", "activate", "load", "tokenize", "infer"]

    init(function: String, runs: Int, instructionSet: String) {
        self.function = function
        self.runs = runs
        self.instructionSet = instructionSet
    }

    mutating func add(_ sample: BenchSample, to kind: Kind) { samples[kind, default: []].append(sample) }

    func totals(_ kind: Kind) -> Percentiles { Percentiles((samples[kind] ?? []).map(\.total)) }

    func phase(_ name: String, _ kind: Kind) -> Percentiles {
        Percentiles((samples[kind] ?? []).compactMap { $0.phases[name] })
    }

    /// What a cold call costs more than a warm one of its round.
    var coldOverWarm: Percentiles {
        let warm = samples[.warm] ?? []
        let cold = samples[.cold] ?? []
        guard !cold.isEmpty else { return Percentiles([]) }
        let perRound = warm.count / cold.count
        return Percentiles(
            cold.enumerated().map { round, sample in
                sample.total
                    - Percentiles(warm[(round * perRound)..<((round + 1) * perRound)].map(\.total)).median
            })
    }

    /// What the host adds to a call of the worker's own socket, pair by pair.
    var hostOverDirect: Percentiles {
        Percentiles(zip(samples[.warm] ?? [], samples[.direct] ?? []).map { $0.total - $1.total })
    }

    /// Reads the memory of worker and host while the worker is warm and idle.
    mutating func readMemory(_ client: HostClient, _ name: FunctionName) async throws {
        let workers: WorkerList = try await client.call(.GET, "workers")
        let host: HostDescription = try await client.call(.GET, "host")
        if let pid = workers.workers.last(where: { $0.function == name.rawValue })?.pid {
            workerPrivateKiB = ProcessMemory.kibibytes(pid, "smaps_rollup", ["Private_Dirty:"])
        }
        hostResidentKiB = ProcessMemory.kibibytes(host.pid, "status", ["VmRSS:"])
    }

    /// Samples and percentiles.
    var json: Data { get throws { try Self.encode(document) } }

    /// What a file of this report holds.
    var document: Document {
        Document(
            report: self, totals: Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0, totals($0)) }),
            coldOverWarm: coldOverWarm, hostOverDirect: hostOverDirect)
    }

    /// Samples and percentiles, as JSON has them.
    struct Document: Encodable, Sendable {
        var report: BenchReport
        var totals: [Kind: Percentiles]
        var coldOverWarm: Percentiles
        var hostOverDirect: Percentiles
    }

    /// JSON in which two runs can be compared line by line.
    static func encode(_ document: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(document)
    }
}

/// Figures that the kernel keeps of a process.
enum ProcessMemory {
    /// The sum of some lines of a file in the process's /proc folder; nil where it cannot be read.
    static func kibibytes(_ pid: Int32, _ file: String, _ lines: Set<String>) -> Int? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/\(file)") else { return nil }
        var sum = 0
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count >= 2, lines.contains(String(words[0])) { sum += Int(words[1]) ?? 0 }
        }
        return sum
    }
}
