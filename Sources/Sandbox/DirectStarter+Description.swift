extension DirectStarter {
    /// What this machine lets it do, for the host's log.
    var description: String {
        guard !configuration.isUnsandboxed else { return "workers run without any sandbox" }
        let users = isPrivileged ? "a range of users for each tenant" : "one user, by user namespaces"
        let landlock = landlockABI > 0 ? "landlock ABI \(landlockABI)" : "no landlock"
        let groups = controlGroups.map { "cgroup \($0.folder)" } ?? "no cgroup"
        return "namespaces, an empty root, seccomp, \(landlock), \(users), \(groups)"
    }

    /// The limits that this machine does not let it enforce, with what stands in for them.
    var notEnforced: [String] {
        guard !configuration.isUnsandboxed else { return ["every limit: workers run without any sandbox"] }
        let controllers = controlGroups?.controllers ?? []
        var lines: [String] = []
        if !controllers.contains(.memory) {
            lines.append(
                "limits.memory as a whole: no cgroup2 with the memory controller is delegated to the host; each process is "
                    + "limited alone, and a worker that is beyond the limit is found twice a second and killed"
            )
        }
        if !controllers.contains(.cpu) {
            lines.append(
                "limits.threads as a share of the processors: no cgroup2 with the cpu controller is delegated to the host; a "
                    + "worker that is beyond its share is found twice a second and bound to as many processors"
            )
        }
        if landlockABI == 0 {
            lines.append("landlock: this kernel has none; the empty root is the only wall round files")
        }
        return lines
    }
}
