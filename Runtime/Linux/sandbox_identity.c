// Who the program is: a number of its own without any capability.

#define _GNU_SOURCE
#include "child_steps.h"
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

static int write_file(const char *path, const char *text) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    const size_t length = strlen(text);
    const ssize_t written = write(file, text, length);
    const int error = errno;
    close(file);
    errno = error;
    return written == (ssize_t)length ? 0 : -1;
}

// One line: 1000 inside is the caller outside. Who has no privilege may map no more than that.
static int map_one(const char *path, uid_t outside) {
    char text[40] = "1000 ";
    hearth_write_decimal(text + strlen(text), (pid_t)outside);
    strcat(text, " 1\n");
    return write_file(path, text);
}

int hearth_sandbox_map_users(const struct hearth_sandbox_request *request) {
    // The files below belong to whoever can be traced.
    prctl(PR_SET_DUMPABLE, 1);
    // Without this, dropping a group could give access that the group was denied.
    if (write_file("/proc/self/setgroups", "deny") < 0) return -1;
    if (map_one("/proc/self/uid_map", request->user) < 0) return -1;
    return map_one("/proc/self/gid_map", request->group);
}

static int empty_bounding_set(void) {
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    int capability = 0;
    while (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) capability++;
    // The kernel says EINVAL at the first number that is no capability.
    return errno == EINVAL ? 0 : -1;
}

static int drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    return (int)syscall(SYS_capset, &header, none);
}

int hearth_sandbox_drop_identity(const struct hearth_sandbox_request *request) {
    // Emptying the set takes a capability, which changing the user ends.
    if (empty_bounding_set() < 0) return -1;
    if (request->is_privileged) {
        if (setgroups(0, NULL) < 0) return -1;
        if (syscall(SYS_setresgid, request->group, request->group, request->group) < 0) return -1;
        if (syscall(SYS_setresuid, request->user, request->user, request->user) < 0) return -1;
    }
    return drop_capabilities();
}

int hearth_sandbox_raise_loopback(void) {
    const int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (handle < 0) return -1;
    struct ifreq interface;
    memset(&interface, 0, sizeof interface);
    strcpy(interface.ifr_name, "lo");
    interface.ifr_flags = IFF_UP | IFF_RUNNING;
    const int result = ioctl(handle, SIOCSIFFLAGS, &interface);
    close(handle);
    return result;
}

static volatile sig_atomic_t supervised;

static void pass_on(int number) { if (supervised > 0) kill(supervised, number); }

// The first process of a process namespace is deaf to signals that it does not handle, and has to reap what others leave.
// Ends as the program ends; with it ends everything that the program started.
int hearth_sandbox_supervise(pid_t program) {
    supervised = program;
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    const int passed[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGABRT};
    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) sigaction(passed[i], &action, NULL);
    syscall(SYS_close_range, 0U, ~0U, 0U);
    while (1) {
        int status = 0;
        const pid_t ended = wait4(-1, &status, 0, NULL);
        if (ended < 0 && errno != EINTR) return 1;
        if (ended != program) continue;
        // A first process cannot end by a signal of its own, so the shell's custom stands for one.
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
}
