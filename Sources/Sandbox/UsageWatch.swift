/// Watches what workers use, reading by reading, and says what is to be done about it.
///
/// Two things, for two reasons. Where no cgroup holds a worker to its limits, one beyond its memory is killed, and one that
/// keeps more processors busy than it may is bound to as many as it may. And everywhere a worker that uses all of its share
/// of the processors yields to those that do not, until it uses less again: a machine that is shared by many stays quick
/// for whoever asks for little. A decision: readings and the time go in, actions come out.
public struct UsageWatch: Sendable {
    /// What a worker with everything that it started uses at one moment.
    public struct Reading: Hashable, Sendable {
        /// Bytes that no file holds; nil where somebody else watches them.
        public var memory: Int?
        /// Processor time since its start, in microseconds.
        public var processorMicroseconds: Int

        /// Joins the two.
        public init(memory: Int?, processorMicroseconds: Int) {
            self.memory = memory
            self.processorMicroseconds = processorMicroseconds
        }
    }

    /// What is to be done with a worker.
    public enum Action: Hashable, Sendable {
        /// End it.
        case kill
        /// Bind it to so many processors.
        case bind(processors: Int)
        /// Let it run only when nobody else wants to.
        case yield
        /// Let it run as others do.
        case restore
    }

    /// How long from one reading to the next.
    public static let interval: Duration = .milliseconds(500)
    /// How far beyond its share of the processors a worker may be, so that a rounding never binds it.
    static let tolerance = 1.25
    /// From which part of its share on a worker yields, and below which it is let alone again.
    static let yielding = 0.8
    static let restoring = 0.5

    private struct Watched: Sendable {
        let memory: Int
        let threads: Int
        var last: (processorMicroseconds: Int, atMicroseconds: Int64)?
        var isBound = false
        var isYielding = false
    }

    private var workers: [UInt64: Watched] = [:]

    /// Watches nobody.
    public init() {}

    /// Whether there is anybody to watch.
    public var isIdle: Bool { workers.isEmpty }

    /// Who is watched.
    public var watched: [UInt64] { Array(workers.keys) }

    /// A worker runs.
    public mutating func started(_ id: UInt64, memory: Int, threads: Int) {
        workers[id] = Watched(memory: memory, threads: threads)
    }

    /// A worker has ended.
    public mutating func ended(_ id: UInt64) { workers[id] = nil }

    /// Takes a reading of a worker. One that comes too soon after the last says little, and waits for the next.
    public mutating func read(_ reading: Reading, of id: UInt64, atMicroseconds now: Int64) -> [Action] {
        guard var worker = workers[id] else { return [] }
        if let memory = reading.memory, memory > worker.memory { return [.kill] }
        let halfAnInterval = Int64(Self.interval / .microseconds(2))
        if let last = worker.last, now - last.atMicroseconds < halfAnInterval { return [] }
        defer { workers[id] = worker }
        defer { worker.last = (reading.processorMicroseconds, now) }
        guard let last = worker.last else { return [] }
        let used = Double(reading.processorMicroseconds - last.processorMicroseconds)
        let share = used / Double(now - last.atMicroseconds) / Double(worker.threads)
        var actions: [Action] = []
        if share > Self.tolerance, !worker.isBound, reading.memory != nil {
            worker.isBound = true
            actions.append(.bind(processors: worker.threads))
        }
        if share >= Self.yielding, !worker.isYielding {
            worker.isYielding = true
            actions.append(.yield)
        } else if share <= Self.restoring, worker.isYielding {
            worker.isYielding = false
            actions.append(.restore)
        }
        return actions
    }
}
