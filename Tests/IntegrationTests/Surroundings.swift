import Foundation

/// What a worker that broke out could change: the machine, the host's files, other processes.
struct Surroundings: Equatable {
    private let machine = Machine()
    private let files: [String: String]
    private let processes: [[String]]

    /// - Parameter processes: those that are to stay as they are.
    init(_ host: RunningHost, _ processes: [Int32]) {
        files = Self.files(in: host.folder.state)
        self.processes = processes.map(Self.state)
    }

    /// How these differ from what they were, for a failure's message.
    func differences(from before: Surroundings) -> [String] {
        var found: [String] = []
        if machine != before.machine { found.append("\(before.machine) became \(machine)") }
        for path in Set(files.keys).union(before.files.keys).sorted() where files[path] != before.files[path]
        {
            found.append("\(path): \(before.files[path] ?? "nothing") became \(files[path] ?? "nothing")")
        }
        for (old, new) in zip(before.processes, processes) {
            found += zip(old, new).filter(!=).map { "\($0) became \($1)" }
        }
        return found
    }

    /// The modes, owners, sizes and times of all files but those that a host changes while it serves.
    private static func files(in root: String) -> [String: String] {
        var found: [String: String] = [:]
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        for name in names {
            let changes =
                name.hasPrefix("logs") || name.hasPrefix("run") || name.hasPrefix("registry.sqlite-")
            var status = stat()
            guard !changes, lstat("\(root)/\(name)", &status) == 0 else { continue }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            found[name] =
                "mode \(String(status.st_mode, radix: 8)) owner \(status.st_uid):\(status.st_gid)"
                + (isFolder
                    ? ""
                    : " size \(status.st_size) changed \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)")
        }
        return found
    }

    /// What another process could change of this one without ending it.
    private static func state(of process: Int32) -> [String] {
        let marks = ["TracerPid:", "Uid:", "Seccomp:", "Cpus_allowed:"]
        let lines = text(of: "/proc/\(process)/status").split(separator: "\n").map(String.init)
        return lines.filter { line in marks.contains { line.hasPrefix($0) } } + [
            text(of: "/proc/\(process)/limits"), text(of: "/proc/\(process)/oom_score_adj"),
            "alive: \(isAlive(process))",
        ]
    }
}

/// What a worker that broke out could change for everybody.
struct Machine: Equatable {
    private let hostName = text(of: "/proc/sys/kernel/hostname")
    private let domainName = text(of: "/proc/sys/kernel/domainname")
    private let corePattern = text(of: "/proc/sys/kernel/core_pattern")
    private let overcommit = text(of: "/proc/sys/vm/overcommit_memory")
    private let mounts = text(of: "/proc/self/mounts")
    private let swaps = text(of: "/proc/swaps")
    private let modules = text(of: "/proc/modules").split(separator: "\n").count
    private let routes = text(of: "/proc/net/route")
    private let sharedMemory = text(of: "/proc/sysvipc/shm")
    /// Files that the hostile worker calls after itself.
    private let leftovers = [
        "/", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/dev/mqueue", "/run", "/root", "/app",
    ].flatMap {
        (try? FileManager.default.contentsOfDirectory(atPath: $0))?.filter { $0.hasPrefix("hostile") } ?? []
    }
    /// The date against a clock that nobody can set, to two seconds.
    private let date = Int((Date().timeIntervalSince1970 - Self.sinceBoot) / 2)

    private static var sinceBoot: Double {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension HostFolder {
    /// The paths of all stored blobs.
    var blobPaths: [String] {
        let root = "\(state)/blobs/sha256"
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.split(separator: "/").last?.count == 64 }.sorted().map { "\(root)/\($0)" }
    }
}
