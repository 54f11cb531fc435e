// clone(CLONE_VM | CLONE_VFORK), as posix_spawn does it, with what posix_spawn cannot do: a pidfd, a parent-death signal,
// and LISTEN_PID, which must hold the child's own process id and is therefore written in the child.

#define _GNU_SOURCE
#include "child_steps.h"
#include "hearth_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { child_stack_bytes = 64 * 1024 };

struct child_context {
    const struct hearth_linux_spawn_request *request;
    struct hearth_linux_spawn_result *result;
    pid_t parent;
};

static int fail(struct child_context *context, enum hearth_linux_spawn_step step) {
    context->result->error = errno;
    context->result->step = step;
    return 127;
}

static int run_child(void *argument) {
    struct child_context *context = argument;
    const struct hearth_linux_spawn_request *request = context->request;
    hearth_reset_signals();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have died before the line above; then nobody will send the signal.
    if (getppid() != context->parent) return fail(context, hearth_linux_spawn_step_parent_died);
    setsid();
    const int placed = hearth_place_descriptors(
        request->descriptors, request->descriptor_count, request->input, request->output, NULL, NULL, 0);
    if (placed < 0) return fail(context, hearth_linux_spawn_step_descriptors);
    if (request->working_directory && chdir(request->working_directory) < 0) {
        return fail(context, hearth_linux_spawn_step_directory);
    }
    if (request->listen_pid) hearth_write_decimal(request->listen_pid, getpid());
    execve(request->path, (char *const *)request->arguments, (char *const *)request->environment);
    return fail(context, hearth_linux_spawn_step_exec);
}

struct hearth_linux_spawn_result hearth_linux_spawn(const struct hearth_linux_spawn_request *request) {
    struct hearth_linux_spawn_result result = {.pid = -1, .pidfd = -1};
    struct child_context context = {.request = request, .result = &result, .parent = getpid()};
    char *stack = mmap(NULL, child_stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        result.error = errno;
        result.step = hearth_linux_spawn_step_clone;
        return result;
    }
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int pidfd = -1;
    const int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
    const pid_t pid = clone(run_child, stack + child_stack_bytes, flags, &context, &pidfd);
    const int clone_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stack, child_stack_bytes);
    if (pid < 0) {
        result.error = clone_error;
        result.step = hearth_linux_spawn_step_clone;
        return result;
    }
    if (result.step != hearth_linux_spawn_step_none) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        close(pidfd);
        return result;
    }
    result.pid = pid;
    result.pidfd = pidfd;
    return result;
}

int hearth_linux_become(uid_t user, gid_t group, const gid_t *groups, size_t group_count) {
    if (setgroups(group_count, groups) < 0 || setresgid(group, group, group) < 0) return -1;
    if (setresuid(user, user, user) < 0) return -1;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void hearth_linux_forbid_tracing(void) { prctl(PR_SET_DUMPABLE, 0); }

void hearth_linux_outlive_parent(void) { prctl(PR_SET_PDEATHSIG, 0); }

void hearth_linux_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

int hearth_linux_bind_thread(pid_t thread, int count) {
    cpu_set_t allowed, chosen;
    CPU_ZERO(&chosen);
    if (sched_getaffinity(0, sizeof allowed, &allowed) < 0) return -1;
    for (int processor = 0; processor < CPU_SETSIZE && count > 0; processor++) {
        if (!CPU_ISSET(processor, &allowed)) continue;
        CPU_SET(processor, &chosen);
        count--;
    }
    return sched_setaffinity(thread, sizeof chosen, &chosen);
}

int hearth_linux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0U);
}

int hearth_linux_pidfd_reap(int pidfd, int *code, int *status) {
    siginfo_t information = {0};
    if (waitid((idtype_t)3 /* P_PIDFD */, (id_t)pidfd, &information, WEXITED) < 0) return -1;
    *code = information.si_code;
    *status = information.si_status;
    return 0;
}
