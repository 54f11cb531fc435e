// Other processes: to see, to signal, to trace, to take from.

#include "hostile.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static enum outcome attach(const struct arguments *arguments, struct report *report) {
    const pid_t process = (pid_t)number(arguments, 0, -1);
    if (process < 1) return misused(report, "ptrace-attach PID");
    if (ptrace(PTRACE_SEIZE, process, NULL, NULL) == 0) return settle(report, 0, "PTRACE_SEIZE");
    return settle(report, ptrace(PTRACE_ATTACH, process, NULL, NULL), "PTRACE_ATTACH");
}

static enum outcome trace_child(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const pid_t child = fork();
    if (child < 0) return refused(report, "fork");
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0) _exit(errno);
        raise(SIGSTOP);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSTOPPED(status)) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        return settle(report, 0, "PTRACE_TRACEME");
    }
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
    return refused(report, "PTRACE_TRACEME");
}

// Whether the address is mapped there does not matter: a bad one is found only after the permission.
static enum outcome reach_memory(const struct arguments *arguments, struct report *report) {
    const pid_t process = (pid_t)number(arguments, 0, -1);
    if (process < 1) return misused(report, "PID [ADDRESS]");
    char bytes[16] = {0};
    struct iovec here = {.iov_base = bytes, .iov_len = sizeof bytes};
    struct iovec there = {.iov_base = (void *)number(arguments, 1, 0x1000), .iov_len = sizeof bytes};
    const bool writes = arguments->attempt->value != 0;
    const ssize_t count = writes ? process_vm_writev(process, &here, 1, &there, 1, 0)
                                 : process_vm_readv(process, &here, 1, &there, 1, 0);
    if (count < 0 && errno == ESRCH) return refused(report, "process_vm");
    return settle_permission(report, count, writes ? "process_vm_writev" : "process_vm_readv");
}

static enum outcome send_signal(const struct arguments *arguments, struct report *report) {
    if (arguments->count < 2) return misused(report, "kill PID SIGNAL");
    return settle(report, kill((pid_t)number(arguments, 0, 0), (int)number(arguments, 1, 0)), "kill");
}

static enum outcome queue_signal(const struct arguments *arguments, struct report *report) {
    if (arguments->count < 2) return misused(report, "sigqueue PID SIGNAL");
    const union sigval value = {0};
    return settle(report, sigqueue((pid_t)number(arguments, 0, 0), (int)number(arguments, 1, 0), value), "sigqueue");
}

static enum outcome signal_parent(const struct arguments *arguments, struct report *report) {
    const pid_t parent = getppid();
    say(report, "parent %d; ", parent);
    if (parent <= 0) {
        errno = ESRCH;
        return refused(report, "the parent is out of view");
    }
    return settle(report, kill(parent, (int)number(arguments, 0, 0)), "kill");
}

static enum outcome open_process(const struct arguments *arguments, struct report *report) {
    const pid_t process = (pid_t)number(arguments, 0, -1);
    if (process < 1) return misused(report, "pidfd-open PID");
    const long descriptor = syscall(SYS_pidfd_open, process, 0);
    if (descriptor < 0) return refused(report, "pidfd_open");
    const long result = syscall(SYS_pidfd_send_signal, (int)descriptor, 0, NULL, 0);
    say(report, "signalling by it: %s; ", result < 0 ? strerror(errno) : "succeeds");
    return settle(report, descriptor, "pidfd_open");
}

static enum outcome take_descriptor(const struct arguments *arguments, struct report *report) {
    const pid_t process = (pid_t)number(arguments, 0, -1);
    if (process < 1) return misused(report, "pidfd-getfd PID [DESCRIPTOR]");
    const long descriptor = syscall(SYS_pidfd_open, process, 0);
    if (descriptor < 0) return refused(report, "pidfd_open");
    return settle(
        report, syscall(SYS_pidfd_getfd, (int)descriptor, (int)number(arguments, 1, 1), 0), "pidfd_getfd");
}

// Process ids that exist but belong to another session: getpgid tells without any permission.
static enum outcome see_processes(const struct arguments *arguments, struct report *report) {
    const long last = number(arguments, 0, 32768);
    const pid_t own_session = getsid(0);
    int foreign = 0, own = 0, signalable = 0;
    for (pid_t process = 1; process <= last; process++) {
        if (getpgid(process) < 0) continue;
        if (process == getpid() || getsid(process) == own_session) {
            own++;
            continue;
        }
        if (foreign++ < 30) say(report, "%d ", process);
        if (kill(process, 0) == 0) signalable++;
    }
    say(report, "foreign %d, of which signals reach %d; own %d", foreign, signalable, own);
    if (foreign > 0) return outcome_done;
    report->error = ESRCH;
    return outcome_refused;
}

static int visible_processes(void) {
    int count = 0;
    for (pid_t process = 1; process <= 300; process++) count += kill(process, 0) == 0 || errno == EPERM;
    return count;
}

// True in a namespace of the worker's own: process 1 is the worker, or of its session, or of one that is out of view.
static bool is_first_process_ours(void) {
    const pid_t session = getsid(1);
    return getppid() == 1 || session == 0 || (session > 0 && session == getsid(0));
}

// Only where there is little to kill, or where the test says that it is sure.
static enum outcome kill_all(const struct arguments *arguments, struct report *report) {
    if (kill(getpid(), 0) < 0) return refused(report, "kill");
    const int count = visible_processes();
    const bool is_sure = strcmp(word(arguments, 0, ""), "force") == 0 && geteuid() != 0;
    const bool is_small = count < 10 && report_pipe >= 0 && is_first_process_ours();
    if (!is_sure && !is_small) {
        say(report, "%d processes are in view", count);
        return outcome_untried;
    }
    say(report, "%d processes are in view; ", count);
    return settle(report, kill(-1, SIGKILL), "kill");
}

static enum outcome limit_other(const struct arguments *arguments, struct report *report) {
    const pid_t process = (pid_t)number(arguments, 0, -1);
    if (process < 1) return misused(report, "prlimit-other PID");
    struct rlimit limit;
    if (prlimit(process, RLIMIT_NOFILE, NULL, &limit) < 0) return refused(report, "prlimit");
    return settle(report, prlimit(process, RLIMIT_NOFILE, &limit, NULL), "prlimit, the same values");
}

static enum outcome reschedule_other(const struct arguments *arguments, struct report *report) {
    const pid_t process = (pid_t)number(arguments, 0, -1);
    if (process < 1) return misused(report, "PID");
    cpu_set_t processors;
    if (sched_getaffinity(process, sizeof processors, &processors) < 0) return refused(report, "sched_getaffinity");
    return settle(report, sched_setaffinity(process, sizeof processors, &processors), "sched_setaffinity, the same");
}

static enum outcome compare_kernel_objects(const struct arguments *arguments, struct report *report) {
    const long process = number(arguments, 0, 1);
    return settle(report, syscall(SYS_kcmp, getpid(), process, 1, 0, 0), "kcmp");
}

const struct attempt process_attempts[] = {
    {.name = "ptrace-attach", .run = attach},
    {.name = "ptrace-traceme-child", .run = trace_child},
    {.name = "process-vm-readv", .run = reach_memory},
    {.name = "process-vm-writev", .run = reach_memory, .value = 1},
    {.name = "kill", .run = send_signal},
    {.name = "sigqueue", .run = queue_signal},
    {.name = "kill-parent", .run = signal_parent, .in_worker = true},
    {.name = "pidfd-open", .run = open_process},
    {.name = "pidfd-getfd", .run = take_descriptor},
    {.name = "see-processes", .run = see_processes},
    {.name = "kill-all", .run = kill_all},
    {.name = "prlimit-other", .run = limit_other},
    {.name = "affinity-other", .run = reschedule_other},
    {.name = "kcmp", .run = compare_kernel_objects},
    {0},
};
