import Glibc
import LinuxSystem

/// A part of the cgroup2 hierarchy that this process may divide among its workers.
struct ControlGroups: Sendable {
    /// A limit that a controller can enforce.
    enum Controller: String, CaseIterable, Sendable {
        case memory, cpu, pids
    }

    /// What a worker may use.
    struct Limits: Hashable, Sendable {
        var memory: Int
        var processors: Int
        var tasks: Int
    }

    /// The folder below which each worker gets one of its own.
    let folder: String
    /// What can be limited there.
    let controllers: Set<Controller>

    /// Finds the part that was delegated to this process; nil where there is none, or where it can limit nothing.
    ///
    /// - Parameters:
    ///   - membership: the contents of /proc/self/cgroup.
    ///   - mountPoint: where the hierarchy is mounted.
    ///   - residents: processes that live in the delegated group itself and move aside: a group that divides its
    ///     resources has no processes of its own.
    init?(membership: String, mountPoint: String, residents: [Int32]) {
        guard let line = membership.split(separator: "\n").first(where: { $0.hasPrefix("0::") }) else {
            return nil
        }
        let path = line.dropFirst(3) == "/" ? mountPoint : mountPoint + line.dropFirst(3)
        let offered = Set(
            Self.read("\(path)/cgroup.controllers").split(whereSeparator: { $0 == " " || $0 == "\n" })
                .compactMap { Controller(rawValue: String($0)) })
        guard !offered.isEmpty, access(path, W_OK) == 0 else { return nil }
        let aside = "\(path)/hearth-host"
        mkdir(aside, 0o755)
        for resident in residents { Self.write("\(resident)", to: "\(aside)/cgroup.procs") }
        var enabled: Set<Controller> = []
        for controller in offered
        where Self.write("+\(controller.rawValue)", to: "\(path)/cgroup.subtree_control") {
            enabled.insert(controller)
        }
        let folder = "\(path)/hearth-workers"
        guard !enabled.isEmpty, mkdir(folder, 0o755) == 0 || errno == EEXIST else { return nil }
        for controller in enabled {
            Self.write("+\(controller.rawValue)", to: "\(folder)/cgroup.subtree_control")
        }
        self.folder = folder
        controllers = enabled
    }

    /// The group of this process where the machine has one hierarchy for all, or one beside the older kind.
    static func own() -> ControlGroups? {
        let mountPoint =
            access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0
            ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified"
        return ControlGroups(
            membership: read("/proc/self/cgroup"), mountPoint: mountPoint, residents: [getpid(), getppid()])
    }

    /// Makes a worker's group with its limits.
    ///
    /// - Throws: ``SystemError``.
    func make(_ name: String, _ limits: Limits) throws(SystemError) -> FileDescriptor {
        let path = "\(folder)/\(name)"
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last("make the cgroup", path) }
        for (file, value) in Self.settings(limits, controllers) {
            guard Self.write(value, to: "\(path)/\(file)") else {
                throw .last("set the limit", "\(path)/\(file)")
            }
        }
        return try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
    }

    /// Lets a worker run only when nobody else wants to, or as others do.
    func setYielding(_ isYielding: Bool, _ name: String) {
        Self.write(isYielding ? "1" : "0", to: "\(folder)/\(name)/cpu.idle")
    }

    /// Removes a worker's group, and what still runs in it.
    func remove(_ name: String) {
        let path = "\(folder)/\(name)"
        if rmdir(path) == 0 { return }
        Self.write("1", to: "\(path)/cgroup.kill")
        for _ in 0..<50 where rmdir(path) != 0 && errno == EBUSY { usleep(1000) }
    }

    /// The files to write and their values.
    static func settings(_ limits: Limits, _ controllers: Set<Controller>) -> [(file: String, value: String)]
    {
        var settings: [(String, String)] = []
        if controllers.contains(.memory) {
            // Beyond its memory the whole worker ends: half of one is of no use.
            settings += [
                ("memory.max", "\(limits.memory)"), ("memory.swap.max", "0"), ("memory.oom.group", "1"),
            ]
        }
        if controllers.contains(.cpu) {
            settings.append(("cpu.max", "\(limits.processors * 100_000) 100000"))
        }
        if controllers.contains(.pids) { settings.append(("pids.max", "\(limits.tasks)")) }
        return settings
    }

    @discardableResult
    private static func write(_ text: String, to path: String) -> Bool {
        guard let file = try? FileDescriptor.open(path, O_WRONLY | O_TRUNC) else { return false }
        return Glibc.write(file.number, text, text.utf8.count) == text.utf8.count
    }

    private static func read(_ path: String) -> String {
        guard let file = try? FileDescriptor.open(path, O_RDONLY) else { return "" }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file.number, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
