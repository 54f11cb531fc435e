// The worker's own rights: more of them, or fewer locks on them.

#include "hostile.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

static enum outcome become_root(const struct arguments *arguments, struct report *report) {
    say(report, "user was %u; ", geteuid());
    return settle(report, syscall(SYS_setuid, number(arguments, 0, 0)), "setuid");
}

static enum outcome become_root_group(const struct arguments *arguments, struct report *report) {
    say(report, "group was %u; ", getegid());
    return settle(report, syscall(SYS_setgid, number(arguments, 0, 0)), "setgid");
}

static enum outcome change_all_users(const struct arguments *arguments, struct report *report) {
    const long user = number(arguments, 0, 0);
    return settle(report, syscall(SYS_setresuid, user, user, user), "setresuid");
}

static enum outcome change_file_user(const struct arguments *arguments, struct report *report) {
    const uid_t user = (uid_t)number(arguments, 0, 0);
    setfsuid(user);
    // The call returns the old value and no error.
    const bool changed = geteuid() != user && (uid_t)setfsuid((uid_t)-1) == user;
    errno = EPERM;
    return changed ? settle(report, 0, "setfsuid") : refused(report, "setfsuid");
}

static enum outcome join_groups(const struct arguments *arguments, struct report *report) {
    const gid_t groups[] = {(gid_t)number(arguments, 0, 0)};
    return settle(report, syscall(SYS_setgroups, 1, groups), "setgroups");
}

static enum outcome take_capabilities(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}, {0}};
    if (syscall(SYS_capget, &head, data) == 0)
        say(report, "permitted %08x%08x; ", data[1].permitted, data[0].permitted);
    data[0] = (struct __user_cap_data_struct){~0u, ~0u, ~0u};
    data[1] = (struct __user_cap_data_struct){0x1FF, 0x1FF, 0x1FF};
    return settle(report, syscall(SYS_capset, &head, data), "capset");
}

// Operands: what prctl is told.
static enum outcome control_process(const struct arguments *arguments, struct report *report) {
    const uintptr_t *operands = arguments->attempt->operands;
    const int result = prctl((int)operands[0], operands[1], operands[2], operands[3], operands[4]);
    return settle(report, result, "prctl");
}

static enum outcome allow_new_privileges(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    say(report, "no_new_privs is %d; ", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    return settle(report, prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0), "prctl");
}

// The kernel answers this without a privilege, and the answer tells whether there is a filter at all.
static enum outcome ask_for_filter(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int mode = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
    if (mode < 0) return refused(report, "prctl");
    say(report, "seccomp mode %d", mode);
    return mode == 0 ? outcome_done : outcome_contained;
}

// A second filter that allows all must not take back what the first one forbids.
static enum outcome allow_all_calls(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog program = {.len = 1, .filter = &allow};
    const bool was_denied = personality(0xFFFFFFFF) < 0;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0) return refused(report, "prctl");
    const bool is_denied = personality(0xFFFFFFFF) < 0;
    say(report, "the filter was taken; personality was %s, is %s", was_denied ? "denied" : "allowed",
        is_denied ? "denied" : "allowed");
    return is_denied ? outcome_contained : outcome_done;
}

static enum outcome listen_to_calls(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog program = {.len = 1, .filter = &allow};
    const unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    return settle(report, syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program), "seccomp");
}

// What the worker can find out about its own cage.
static enum outcome describe(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    gid_t groups[16];
    const int count = getgroups(16, groups);
    say(report, "pid %d parent %d session %d user %u group %u groups %d ", getpid(), getppid(), getsid(0), geteuid(),
        getegid(), count);
    say(report, "no_new_privs %d seccomp %d dumpable %d ", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
        prctl(PR_GET_SECCOMP, 0, 0, 0, 0), prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}, {0}};
    syscall(SYS_capget, &head, data);
    say(report, "effective %08x%08x ", data[1].effective, data[0].effective);
    char text[256];
    say(report, "folder %s program %s", getcwd(text, sizeof text) ? text : strerror(errno), own_path());
    return outcome_done;
}

const struct attempt privilege_attempts[] = {
    {.name = "setuid", .run = become_root},
    {.name = "setgid", .run = become_root_group},
    {.name = "setresuid", .run = change_all_users},
    {.name = "setfsuid", .run = change_file_user},
    {.name = "setgroups", .run = join_groups},
    {.name = "capset-all", .run = take_capabilities},
    {.name = "prctl-dumpable", .run = control_process, .operands = {PR_SET_DUMPABLE, 1}},
    {.name = "prctl-keepcaps", .run = control_process, .operands = {PR_SET_KEEPCAPS, 1}},
    {.name = "prctl-capbset-drop", .run = control_process, .operands = {PR_CAPBSET_DROP, 21}},
    {.name = "prctl-securebits", .run = control_process, .operands = {PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP}},
    {.name = "prctl-ambient", .run = control_process, .operands = {PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21}},
    {.name = "prctl-subreaper", .run = control_process, .operands = {PR_SET_CHILD_SUBREAPER, 1}},
    {.name = "prctl-ptracer-any", .run = control_process, .operands = {PR_SET_PTRACER, (uintptr_t)-1}},
    {.name = "prctl-mm", .run = control_process, .operands = {PR_SET_MM, PR_SET_MM_BRK, 0x1000}},
    {.name = "prctl-tsc", .run = control_process, .operands = {PR_SET_TSC, PR_TSC_ENABLE}},
    {.name = "prctl-speculation", .run = control_process, .operands = {PR_SET_SPECULATION_CTRL, 0, 2}},
    {.name = "new-privileges", .run = allow_new_privileges},
    {.name = "seccomp-status", .run = ask_for_filter},
    {.name = "seccomp-allow-all", .run = allow_all_calls},
    {.name = "seccomp-listener", .run = listen_to_calls},
    {.name = "describe", .run = describe, .in_worker = true},
    {0},
};
