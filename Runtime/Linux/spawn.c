// clone(CLONE_VM | CLONE_VFORK), as posix_spawn does it, with what posix_spawn cannot do: a pidfd, a parent-death signal,
// and LISTEN_PID, which must hold the child's own process id and is therefore written in the child.

#define _GNU_SOURCE
#include "hearth_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { first_passed_descriptor = 3, child_stack_bytes = 64 * 1024 };

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

static void write_decimal(char *out, pid_t value) {
    char digits[12];
    int count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (count > 0) *out++ = digits[--count];
    *out = 0;
}

// Handlers would run on memory shared with the parent; and an ignored SIGPIPE would pass through exec.
static void reset_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Copies every descriptor above the final range first, so that placing one never overwrites another.
static int place_descriptors(const struct hearth_linux_spawn_request *request) {
    const int count = (int)request->descriptor_count;
    const int above = first_passed_descriptor + count;
    int copies[64];
    if (count > 62) {
        errno = E2BIG;
        return -1;
    }
    for (int i = 0; i < count; i++) {
        copies[i] = fcntl(request->descriptors[i], F_DUPFD, above);
        if (copies[i] < 0) return -1;
    }
    copies[count] = fcntl(request->input, F_DUPFD, above);
    copies[count + 1] = fcntl(request->output, F_DUPFD, above);
    if (copies[count] < 0 || copies[count + 1] < 0) return -1;
    for (int i = 0; i < count; i++) {
        if (dup2(copies[i], first_passed_descriptor + i) < 0) return -1;
    }
    if (dup2(copies[count], 0) < 0 || dup2(copies[count + 1], 1) < 0 || dup2(copies[count + 1], 2) < 0) return -1;
    return (int)syscall(SYS_close_range, (unsigned)above, ~0U, 0U);
}

static int run_child(void *argument) {
    struct child_context *context = argument;
    const struct hearth_linux_spawn_request *request = context->request;
    reset_signals();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have died before the line above; then nobody will send the signal.
    if (getppid() != context->parent) return fail(context, hearth_linux_spawn_step_parent_died);
    setsid();
    if (place_descriptors(request) < 0) return fail(context, hearth_linux_spawn_step_descriptors);
    if (request->listen_pid) write_decimal(request->listen_pid, getpid());
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

void hearth_linux_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

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
