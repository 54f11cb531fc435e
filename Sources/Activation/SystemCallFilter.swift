import CSeccomp
import Glibc
import LinuxSystem
import Sandbox

/// Turns a list of system calls into a program for the kernel's filter.
enum SystemCallFilter {
    /// The filter's instructions, `struct sock_filter` each: what the list has is allowed, everything else fails with
    /// `EPERM`. Calls of other architectures end the process. The C functions are `seccomp_init` and `seccomp_export_bpf`.
    ///
    /// - Throws: ``SystemError`` naming the call that is unknown, or the step that failed.
    static func compile(_ list: SystemCallList) throws(SystemError) -> [UInt64] {
        guard let context = seccomp_init(hearth_seccomp_refuse()) else {
            throw SystemError("make a filter of", "system calls", code: ENOMEM)
        }
        defer { seccomp_release(context) }
        seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, hearth_seccomp_kill())
        // A balanced tree of comparisons instead of a long list of them.
        seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2)
        for call in list.calls {
            let number = seccomp_syscall_resolve_name(call.name)
            // A call that another architecture has, and this one has not.
            guard number >= 0 else { continue }
            try check(add(call.name, number, of: list, to: context), "allow the system call", call.name)
        }
        return try export(context)
    }

    /// Memory may be one of both, never both, and what is not executable from the first never becomes so.
    private static let writeOrExecute = UInt64(PROT_WRITE | PROT_EXEC)

    /// A call for which only some arguments are harmless is allowed with those.
    private static func add(
        _ name: String, _ number: CInt, of list: SystemCallList, to context: scmp_filter_ctx
    ) -> CInt {
        switch name {
        case "socket", "socketpair":
            let families = [AF_UNIX] + (list.hasInternetSockets ? [AF_INET, AF_INET6] : [])
            return families.map { family in
                hearth_seccomp_add_if(context, hearth_seccomp_allow(), number, 0, UInt64.max, UInt64(family))
            }.min() ?? 0
        case "clone":
            let namespaces: UInt64 = 0x7E02_0080
            return hearth_seccomp_add_if(context, hearth_seccomp_allow(), number, 0, namespaces, 0)
        case "clone3":
            // Its flags lie in memory, where a filter cannot look; without it programs take `clone`.
            return seccomp_rule_add_array(context, hearth_seccomp_missing(), number, 0, nil)
        case "mmap":
            return [0, UInt64(PROT_WRITE), UInt64(PROT_EXEC)].map { protection in
                hearth_seccomp_add_if(context, hearth_seccomp_allow(), number, 2, writeOrExecute, protection)
            }.min() ?? 0
        case "mprotect":
            let execute = UInt64(PROT_EXEC)
            return hearth_seccomp_add_if(context, hearth_seccomp_allow(), number, 2, execute, 0)
        default:
            return hearth_seccomp_add(context, hearth_seccomp_allow(), number)
        }
    }

    private static func export(_ context: scmp_filter_ctx) throws(SystemError) -> [UInt64] {
        // A program has some two thousand bytes, and a pipe holds many more.
        let pipe = try Pipe()
        try check(seccomp_export_bpf(context, pipe.writeEnd.number), "make a filter of", "system calls")
        let bytes = readAvailable(pipe.readEnd, capacity: 60 * 1024) ?? []
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            bytes[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    private static func check(_ result: CInt, _ step: String, _ subject: String) throws(SystemError) {
        guard result == 0 else { throw SystemError(step, subject, code: -result) }
    }
}
