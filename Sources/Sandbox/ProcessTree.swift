import Glibc
import LinuxSystem

/// A process and everything that descends from it, as /proc shows them.
struct ProcessTree {
    /// The process numbers, the first one first.
    let processes: [Int32]

    /// Looks for the descendants; those that come and go meanwhile may be missed.
    init(root: Int32) {
        var found: [Int32] = [root]
        var next = 0
        while next < found.count, found.count < 4096 {
            for thread in Self.threads(of: found[next]) {
                let path = "/proc/\(found[next])/task/\(thread)/children"
                found += Self.text(path).split(separator: " ").compactMap { Int32($0) }
            }
            next += 1
        }
        processes = found
    }

    /// What they use together.
    var usage: UsageWatch.Reading {
        var sum = UsageWatch.Reading(memory: 0, processorMicroseconds: 0)
        for process in processes {
            sum.memory = (sum.memory ?? 0) + Self.memory(of: process)
            sum.processorMicroseconds += Self.processorTime(of: process)
        }
        return sum
    }

    /// Binds every thread to so many of the processors that this process may use.
    func bind(toProcessors count: Int) {
        for process in processes {
            for thread in Self.threads(of: process) { bindThread(thread, toProcessors: count) }
        }
    }

    /// Sets the priority of every process, from -20 to 19. Where the kernel groups processes by session, it is the group's
    /// that counts; elsewhere each thread's own.
    func setPriority(_ nice: CInt, threadsToo: Bool) {
        for process in processes {
            if let group = try? FileDescriptor.open("/proc/\(process)/autogroup", O_WRONLY) {
                let text = "\(nice)"
                _ = write(group.number, text, text.utf8.count)
            }
            guard threadsToo else { continue }
            for thread in Self.threads(of: process) {
                setpriority(CInt(PRIO_PROCESS.rawValue), id_t(thread), nice)
            }
        }
    }

    private static func threads(of process: Int32) -> [Int32] {
        entries(ofFolder: "/proc/\(process)/task")?.compactMap { Int32($0) } ?? []
    }

    private static func memory(of process: Int32) -> Int {
        var bytes = 0
        for line in text("/proc/\(process)/status").split(separator: "\n") {
            guard line.hasPrefix("RssAnon:") || line.hasPrefix("RssShmem:") else { continue }
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            bytes += (words.count > 1 ? Int(words[1]) ?? 0 : 0) * 1024
        }
        return bytes
    }

    /// Its own, and that of children it waited for.
    private static func processorTime(of process: Int32) -> Int {
        let text = text("/proc/\(process)/stat")
        // The name in brackets may have spaces; the fields after it are numbered from 3.
        guard let end = text.lastIndex(of: ")") else { return 0 }
        let fields = text[end...].split(separator: " ").dropFirst()
        let ticks = fields.dropFirst(11).prefix(4).reduce(0) { $0 + (Int($1) ?? 0) }
        return ticks * 1_000_000 / max(1, sysconf(CInt(_SC_CLK_TCK)))
    }

    private static func text(_ path: String) -> String {
        guard let file = try? FileDescriptor.open(path, O_RDONLY) else { return "" }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = Glibc.read(file.number, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
