// What the worker was given open, on purpose or by mistake, and what can be made of it.

#include "hostile.h"

#include <fcntl.h>
#include <linux/tiocl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

static int descriptor_bound(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > 65536) return 65536;
    return (int)limit.rlim_cur;
}

static const char *kind_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFREG: return "file";
    case S_IFDIR: return "folder";
    case S_IFSOCK: return "socket";
    case S_IFIFO: return "pipe";
    case S_IFCHR: return "character-device";
    case S_IFBLK: return "block-device";
    default: return "nameless";
    }
}

static void describe(int descriptor, struct report *report) {
    static const char *const ways[] = {"read", "write", "read-write", "path"};
    char link[64], target[128];
    struct stat found = {0};
    fstat(descriptor, &found);
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(link, target, sizeof target - 1);
    target[length > 0 ? length : 0] = 0;
    const int flags = fcntl(descriptor, F_GETFL);
    say(
        report, "%d=%s,%s,inode%llu%s%s ", descriptor, kind_of(found.st_mode), ways[flags & 3],
        (unsigned long long)found.st_ino, target[0] ? "," : "", target);
}

// Above the listener; the worker's own sockets are left out, and so is the pipe of the report.
static enum outcome hunt(const struct arguments *arguments, struct report *report) {
    const int first = (int)number(arguments, 0, 4);
    const int bound = descriptor_bound();
    int found = 0;
    for (int descriptor = first; descriptor < bound; descriptor++) {
        if (descriptor == report_pipe || is_connection(descriptor) || fcntl(descriptor, F_GETFD) < 0) continue;
        found++;
        if (found < 40) describe(descriptor, report);
    }
    if (found > 0) return outcome_done;
    report->error = EBADF;
    say(report, "nothing is open from %d to %d", first, bound);
    return outcome_refused;
}

// A read-only descriptor may become a writable one where /proc is in view.
static enum outcome reopen(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    int opened = 0;
    for (int descriptor = 0; descriptor < 256; descriptor++) {
        struct stat found;
        if (fstat(descriptor, &found) < 0 || !S_ISREG(found.st_mode)) continue;
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
        const int writable = open(path, O_RDWR | O_CLOEXEC);
        if (writable < 0) report->error = errno;
        else opened++;
        say(report, "%d:%s ", descriptor, writable < 0 ? strerror(errno) : "opened for writing");
        if (writable >= 0) close(writable);
    }
    const int program = open("/proc/self/exe", O_RDWR | O_CLOEXEC);
    if (program < 0) report->error = errno;
    else opened++;
    say(report, "exe:%s", program < 0 ? strerror(report->error) : "opened for writing");
    return opened > 0 ? outcome_done : outcome_refused;
}

// The model is shared with other workers of the revision.
static enum outcome write_descriptor(const struct arguments *arguments, struct report *report) {
    const int descriptor = (int)number(arguments, 0, 4);
    struct stat found;
    if (fstat(descriptor, &found) < 0) return refused(report, "fstat");
    if (fchmod(descriptor, found.st_mode & 07777) == 0) say(report, "fchmod is let in; ");
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) say(report, "flock is let in; ");
    // Nothing is written, and still the kernel checks that it may be.
    if (pwrite(descriptor, "", 0, 0) < 0) return refused(report, "pwrite");
    say(report, "open for writing");
    return outcome_done;
}

// Held until the worker ends: a host that locks the same file would wait for it.
static enum outcome lock_file(const struct arguments *arguments, struct report *report) {
    const char *path = word(arguments, 0, own_path());
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return refused(report, "open");
    if (fcntl(descriptor, F_SETLEASE, F_RDLCK) == 0) say(report, "holds a lease; ");
    return settle(report, flock(descriptor, LOCK_EX | LOCK_NB), "flock");
}

// Words typed into the terminal that the host was started from.
static enum outcome type_into_terminal(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    for (int descriptor = 0; descriptor < 3; descriptor++) {
        if (ioctl(descriptor, TIOCSTI, " ") == 0) {
            say(report, "typed into %d", descriptor);
            return outcome_done;
        }
        char operation = TIOCL_GETFGCONSOLE;
        if (ioctl(descriptor, TIOCLINUX, &operation) >= 0) {
            say(report, "%d is a console", descriptor);
            return outcome_done;
        }
    }
    return refused(report, "ioctl");
}

static enum outcome use_standard_streams(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    for (int descriptor = 0; descriptor < 3; descriptor++)
        if (fcntl(descriptor, F_GETFD) >= 0) describe(descriptor, report);
    char byte;
    // The log's pipe must not be readable, or one worker could take lines from it.
    fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK);
    const bool reads = read(1, &byte, 1) >= 0 || errno == EAGAIN;
    fcntl(1, F_SETFL, fcntl(1, F_GETFL) & ~O_NONBLOCK);
    if (!reads) return refused(report, "read from standard output");
    say(report, "standard output is readable");
    return outcome_done;
}

const struct attempt descriptor_attempts[] = {
    {.name = "fd-hunt", .run = hunt},
    {.name = "reopen-descriptors", .run = reopen},
    {.name = "write-descriptor", .run = write_descriptor},
    {.name = "lock-file", .run = lock_file, .in_worker = true},
    {.name = "terminal-inject", .run = type_into_terminal},
    {.name = "standard-streams", .run = use_standard_streams},
    {0},
};
