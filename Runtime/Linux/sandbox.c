// The order of the steps: what needs names or privileges of this machine comes first, then the root is changed, then
// privileges go, then the filters close behind. Seccomp is last, because its list has only what the program itself needs.

#define _GNU_SOURCE
#include "sandbox.h"
#include "child_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// PR_SET_MDWE and PR_MDWE_REFUSE_EXEC_GAIN of Linux 6.3.
enum { set_memory_deny_write_execute = 65, refuse_exec_gain = 1, most_views = 512 };

struct child {
    const struct hearth_sandbox_request *request;
    // Where a failure is told; closed by a successful exec.
    int report;
    // The program to be executed, or -1.
    int program;
    // Has a reader as long as the parent lives.
    int lifeline;
};

static void fail(const struct child *child, enum hearth_sandbox_step step, int index) {
    const struct hearth_sandbox_failure failure = {.step = (int)step, .error = errno, .index = index};
    const ssize_t written = write(child->report, &failure, sizeof failure);
    (void)written;
    _exit(127);
}

static void build_root(const struct child *child) {
    const struct hearth_sandbox_request *request = child->request;
    int trees[most_views];
    int index = 0;
    enum hearth_sandbox_step step = hearth_sandbox_step_root;
    if (request->view_count > most_views) {
        errno = E2BIG;
        fail(child, hearth_sandbox_step_open_view, most_views);
    }
    if (hearth_sandbox_open_views(request, trees, &index) < 0) fail(child, hearth_sandbox_step_open_view, index);
    if (hearth_sandbox_stage_root(request) < 0) fail(child, hearth_sandbox_step_root, 0);
    if (hearth_sandbox_attach_views(request, trees, &index, &step) < 0) fail(child, step, index);
    if (request->has_proc && hearth_sandbox_mount_proc() < 0) fail(child, hearth_sandbox_step_proc, 0);
    if (hearth_sandbox_seal_root() < 0) fail(child, hearth_sandbox_step_root, 1);
}

static void set_limits(const struct child *child) {
    const struct hearth_sandbox_request *request = child->request;
    for (size_t i = 0; i < request->limit_count; i++) {
        const struct rlimit64 limit = {.rlim_cur = request->limits[i].value, .rlim_max = request->limits[i].value};
        if (syscall(SYS_prlimit64, 0, request->limits[i].resource, &limit, NULL) < 0) {
            fail(child, hearth_sandbox_step_limits, (int)i);
        }
    }
}

// After this the program is nobody, and dies with its parent. A parent that died before cannot be told by getppid(),
// which is 0 in a process namespace of one's own, but by its end of a pipe.
static void become_nobody(const struct child *child) {
    if (hearth_sandbox_drop_identity(child->request) < 0) fail(child, hearth_sandbox_step_identity, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct pollfd parent = {.fd = child->lifeline, .events = POLLOUT};
    if (poll(&parent, 1, 0) < 0 || (parent.revents & POLLERR)) {
        errno = ESRCH;
        fail(child, hearth_sandbox_step_parent_died, 0);
    }
}

static void close_filters(const struct child *child) {
    const struct hearth_sandbox_request *request = child->request;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) fail(child, hearth_sandbox_step_seccomp, 0);
    if (hearth_sandbox_restrict_files(request, child->program) < 0) fail(child, hearth_sandbox_step_landlock, 0);
    // Views are found from the root on, so this comes after them.
    if (request->working_directory && chdir(request->working_directory) < 0) {
        fail(child, hearth_sandbox_step_directory, 0);
    }
    // EINVAL: a kernel before 6.3. Then the filter's own rules on mmap and mprotect are all there is.
    if (request->refuses_executable_memory && prctl(set_memory_deny_write_execute, refuse_exec_gain, 0, 0, 0) < 0 &&
        errno != EINVAL) {
        fail(child, hearth_sandbox_step_memory_protection, 0);
    }
    if (request->filter_count == 0) return;
    const struct sock_fprog program = {
        .len = (unsigned short)request->filter_count, .filter = (struct sock_filter *)request->filter};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0) fail(child, hearth_sandbox_step_seccomp, 1);
}

static void execute(const struct child *child) {
    const struct hearth_sandbox_request *request = child->request;
    char *const *arguments = (char *const *)request->arguments;
    char *const *environment = (char *const *)request->environment;
    if (request->listen_pid) hearth_write_decimal(request->listen_pid, (pid_t)syscall(SYS_getpid));
    if (child->program >= 0) {
        syscall(SYS_execveat, child->program, "", arguments, environment, AT_EMPTY_PATH);
    } else {
        environ = (char **)environment;
        execvpe(arguments[0], arguments, environment);
    }
    fail(child, hearth_sandbox_step_execute, 0);
}

static void run_child(struct child *child) {
    const struct hearth_sandbox_request *request = child->request;
    hearth_reset_signals();
    setsid();
    if (!request->is_privileged && hearth_sandbox_map_users(request) < 0) fail(child, hearth_sandbox_step_users, 0);
    build_root(child);
    const int named = sethostname("hearth", 6);
    if (named < 0 || (request->has_loopback && hearth_sandbox_raise_loopback() < 0)) {
        fail(child, hearth_sandbox_step_network, 0);
    }
    const int kept[] = {child->report, child->lifeline, request->program};
    int places[3] = {-1, -1, -1};
    const size_t kept_count = request->program >= 0 ? 3 : 2;
    if (hearth_place_descriptors(request->descriptors, request->descriptor_count, request->input, request->output, kept,
                                 places, kept_count) < 0) {
        fail(child, hearth_sandbox_step_descriptors, 0);
    }
    *child = (struct child){.request = request, .report = places[0], .lifeline = places[1], .program = places[2]};
    set_limits(child);
    become_nobody(child);
    close_filters(child);
    if (request->has_supervisor) {
        const pid_t program = fork();
        if (program < 0) fail(child, hearth_sandbox_step_supervisor, 0);
        if (program > 0) _exit(hearth_sandbox_supervise(program));
    }
    execute(child);
}

int hearth_sandbox_renew_network(void) { return unshare(CLONE_NEWNET); }

static pid_t clone_child(const struct hearth_sandbox_request *request, int *pidfd) {
    struct clone_args arguments = {
        .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .exit_signal = SIGCHLD,
    };
    if (!request->inherits_network) arguments.flags |= CLONE_NEWNET;
    if (!request->is_privileged) arguments.flags |= CLONE_NEWUSER;
    if (request->control_group >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (uint64_t)request->control_group;
    }
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

// Waits for the word of the child, or for its silence: then it was executed.
static struct hearth_sandbox_result conclude(pid_t pid, int pidfd, int report) {
    struct hearth_sandbox_result result = {.pid = pid, .pidfd = pidfd};
    struct hearth_sandbox_failure failure;
    ssize_t count;
    do count = read(report, &failure, sizeof failure);
    while (count < 0 && errno == EINTR);
    close(report);
    if (count != sizeof failure) return result;
    while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR) {}
    close(pidfd);
    return (struct hearth_sandbox_result){.pid = -1,
                                          .pidfd = -1,
                                          .error = failure.error,
                                          .step = (enum hearth_sandbox_step)failure.step,
                                          .index = failure.index};
}

struct hearth_sandbox_result hearth_sandbox_start(const struct hearth_sandbox_request *request) {
    struct hearth_sandbox_result refused = {.pid = -1, .pidfd = -1, .step = hearth_sandbox_step_clone};
    int report[2], lifeline[2];
    if (pipe2(report, O_CLOEXEC) < 0) {
        refused.error = errno;
        return refused;
    }
    if (pipe2(lifeline, O_CLOEXEC) < 0) {
        refused.error = errno;
        close(report[0]);
        close(report[1]);
        return refused;
    }
    int pidfd = -1;
    const pid_t pid = clone_child(request, &pidfd);
    if (pid == 0) {
        close(lifeline[0]);
        struct child child = {
            .request = request, .report = report[1], .program = request->program, .lifeline = lifeline[1]};
        run_child(&child);
        _exit(127);
    }
    refused.error = errno;
    close(report[1]);
    close(lifeline[1]);
    if (pid < 0) {
        close(report[0]);
        close(lifeline[0]);
        return refused;
    }
    const struct hearth_sandbox_result result = conclude(pid, pidfd, report[0]);
    close(lifeline[0]);
    return result;
}
