// Namespaces: new ones, in which the worker would be root, and those of the host.

#include "hostile.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static enum outcome unshare_one(const struct arguments *arguments, struct report *report) {
    return settle(report, unshare((int)arguments->attempt->value), "unshare");
}

static enum outcome settle_clone(long child, const char *what, struct report *report) {
    if (child == 0) _exit(0);
    if (child > 0) waitpid((pid_t)child, NULL, __WALL);
    return settle(report, child, what);
}

static enum outcome clone_one(const struct arguments *arguments, struct report *report) {
    const long flags = arguments->attempt->value | SIGCHLD;
    return settle_clone(syscall(SYS_clone, flags, NULL, NULL, NULL, NULL), "clone", report);
}

// Its flags lie in memory, where a system call filter cannot see them.
static enum outcome clone_by_structure(const struct arguments *arguments, struct report *report) {
    struct clone_args request = {.flags = (uint64_t)arguments->attempt->value, .exit_signal = SIGCHLD};
    return settle_clone(syscall(SYS_clone3, &request, sizeof request), "clone3", report);
}

struct kind {
    const char *name;
    int flag;
};

static const struct kind kinds[] = {
    {"user", CLONE_NEWUSER}, {"mnt", CLONE_NEWNS},      {"net", CLONE_NEWNET}, {"pid", CLONE_NEWPID},
    {"uts", CLONE_NEWUTS},   {"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC},
};
enum { kind_count = sizeof kinds / sizeof *kinds };

static void join_by_file(long process, const struct kind *kind, int *joined, struct report *report) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/ns/%s", process, kind->name);
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    const int result = descriptor < 0 ? -1 : setns(descriptor, kind->flag);
    say(report, "%s:%s ", path, result < 0 ? strerror(errno) : "joined");
    if (result < 0) report->error = errno;
    else (*joined)++;
    if (descriptor >= 0) close(descriptor);
}

static void join_by_process(long process, const struct kind *kind, int *joined, struct report *report) {
    const int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    if (descriptor < 0) return;
    const int result = setns(descriptor, kind->flag);
    say(report, "pidfd-%s:%s ", kind->name, result < 0 ? strerror(errno) : "joined");
    if (result < 0) report->error = errno;
    else (*joined)++;
    close(descriptor);
}

static enum outcome join(const struct arguments *arguments, struct report *report) {
    const long process = number(arguments, 0, 1);
    int joined = 0;
    for (int index = 0; index < kind_count; index++) {
        join_by_file(process, &kinds[index], &joined, report);
        join_by_process(process, &kinds[index], &joined, report);
    }
    return joined > 0 ? outcome_done : outcome_refused;
}

// A wrong descriptor shows whether the call itself is within reach.
static enum outcome reach_setns(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    return settle_permission(report, setns(-1, CLONE_NEWUSER), "setns");
}

const struct attempt namespace_attempts[] = {
    {.name = "unshare-user", .run = unshare_one, .value = CLONE_NEWUSER},
    {.name = "unshare-mount", .run = unshare_one, .value = CLONE_NEWNS},
    {.name = "unshare-net", .run = unshare_one, .value = CLONE_NEWNET},
    {.name = "unshare-pid", .run = unshare_one, .value = CLONE_NEWPID},
    {.name = "unshare-uts", .run = unshare_one, .value = CLONE_NEWUTS},
    {.name = "unshare-ipc", .run = unshare_one, .value = CLONE_NEWIPC},
    {.name = "unshare-cgroup", .run = unshare_one, .value = CLONE_NEWCGROUP},
    {.name = "unshare-time", .run = unshare_one, .value = CLONE_NEWTIME},
    {.name = "unshare-user-mount", .run = unshare_one, .value = CLONE_NEWUSER | CLONE_NEWNS},
    {.name = "clone-newuser", .run = clone_one, .value = CLONE_NEWUSER},
    {.name = "clone-newnet", .run = clone_one, .value = CLONE_NEWNET},
    {.name = "clone-newpid", .run = clone_one, .value = CLONE_NEWPID},
    {.name = "clone3-newuser", .run = clone_by_structure, .value = CLONE_NEWUSER},
    {.name = "clone3", .run = clone_by_structure},
    {.name = "setns", .run = join},
    {.name = "setns-reach", .run = reach_setns},
    {0},
};
