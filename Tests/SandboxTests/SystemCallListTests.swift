import Testing

@testable import Sandbox

/// The lists as data. That no line is unused is shown by running programs.
struct SystemCallListTests {
    @Test(arguments: SystemCallList.allCases)
    func namesAscendAndEachHasItsReason(list: SystemCallList) {
        let names = list.calls.map(\.name)
        #expect(names == Array(Set(names)).sorted())
        for call in list.calls { #expect(call.reason.count >= 3, "\(call.name) has no reason") }
    }

    @Test(
        arguments: [
            "ptrace", "process_vm_readv", "process_vm_writev", "mount", "umount2", "pivot_root", "move_mount",
            "open_tree",
            "fsopen", "unshare", "setns", "keyctl", "add_key", "request_key", "bpf", "perf_event_open",
            "io_uring_setup",
            "io_uring_enter", "userfaultfd", "kexec_load", "kexec_file_load", "init_module", "finit_module",
            "reboot",
            "memfd_create", "personality", "setuid", "setgid", "setresuid", "setgroups", "capset", "chroot",
            "mknod",
            "shmget", "msgget", "semget", "name_to_handle_at", "open_by_handle_at", "pidfd_getfd", "seccomp",
            "acct",
            "sched_setaffinity", "sched_setscheduler", "syslog", "iopl", "ioperm", "modify_ldt", "swapon",
            "quotactl",
        ])
    func whatHasNoPlaceInAWorkerIsOnNoList(name: String) {
        for list in SystemCallList.allCases { #expect(!list.calls.contains { $0.name == name }, "\(list)") }
    }
}
