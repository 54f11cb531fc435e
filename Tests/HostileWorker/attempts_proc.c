// The views that the kernel gives as files: other processes, settings, devices, control groups.

#include "hostile.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const views[] = {
    "environ", "mem", "maps", "cmdline", "status", "auxv", "root/", "cwd/", "exe", "fd/", "ns/mnt", "stack", "syscall",
};

static enum outcome open_process_folder(const struct arguments *arguments, struct report *report) {
    const long process = number(arguments, 0, -1);
    if (process < 0) return misused(report, "open-proc-pid PID");
    int opened = 0;
    for (size_t index = 0; index < sizeof views / sizeof *views; index++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%ld/%s", process, views[index]);
        const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) {
            report->error = errno;
            say(report, "%s:%s ", views[index], strerror(errno));
            continue;
        }
        char bytes[16];
        const ssize_t count = read(descriptor, bytes, sizeof bytes);
        say(report, "%s:opened", views[index]);
        if (count > 0) say(report, "+%zd ", count);
        else say(report, " ");
        close(descriptor);
        opened++;
    }
    return opened > 0 ? outcome_done : outcome_refused;
}

static enum outcome read_environment_of_first(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int descriptor = open("/proc/1/environ", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return refused(report, "open");
    unsigned char bytes[64];
    const ssize_t count = read(descriptor, bytes, sizeof bytes);
    if (count < 0) return refused(report, "opened, but read");
    say(report, "read %zd bytes: ", count);
    say_hex(report, bytes, (size_t)count);
    return outcome_done;
}

// Writes back what is there, so that success changes nothing.
static enum outcome rewrite(const char *path, struct report *report) {
    char text[512];
    const int reader = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t count = reader < 0 ? -1 : read(reader, text, sizeof text);
    if (reader >= 0) close(reader);
    const int writer = open(path, O_WRONLY | O_CLOEXEC);
    if (writer < 0) return refused(report, path);
    if (count <= 0) {
        say(report, "%s: opened for writing", path);
        return outcome_done;
    }
    const ssize_t written = write(writer, text, (size_t)count);
    close(writer);
    return settle(report, written, path);
}

static enum outcome write_setting(const struct arguments *arguments, struct report *report) {
    return rewrite(word(arguments, 0, "/proc/sys/vm/overcommit_memory"), report);
}

static enum outcome write_core_pattern(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    return rewrite("/proc/sys/kernel/core_pattern", report);
}

static enum outcome write_system_file(const struct arguments *arguments, struct report *report) {
    return rewrite(word(arguments, 0, "/sys/kernel/uevent_helper"), report);
}

static enum outcome read_system_files(const struct arguments *arguments, struct report *report) {
    const int descriptor = open(word(arguments, 0, "/sys/kernel/notes"), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) return settle(report, descriptor, "open");
    DIR *folder = opendir("/sys");
    if (!folder) return refused(report, "opendir /sys");
    closedir(folder);
    say(report, "/sys is in view");
    return outcome_done;
}

// Nothing is written: to open it is to hold the trigger.
static enum outcome open_trigger(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    return settle(report, open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC), "open");
}

static enum outcome leave_control_group(const struct arguments *arguments, struct report *report) {
    const int descriptor = open(word(arguments, 0, "/sys/fs/cgroup/cgroup.procs"), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return refused(report, "open");
    return settle(report, write(descriptor, "0", 1), "write");
}

static enum outcome protect_from_memory_killer(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int descriptor = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return refused(report, "open");
    return settle(report, write(descriptor, "-1000", 5), "write");
}

// The kernel lets this file write where the page itself is read-only.
static enum outcome write_own_memory(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return refused(report, "mmap");
    const int descriptor = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return refused(report, "open");
    const ssize_t count = pwrite(descriptor, "hostile", 7, (off_t)(intptr_t)page);
    if (count < 0) return refused(report, "pwrite");
    say(report, "wrote %zd bytes; the page now begins with %02x", count, page[0]);
    return outcome_done;
}

static enum outcome show_environment(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    for (char **next = environ; *next; next++) say(report, "%s%s", next == environ ? "" : "\n", *next);
    return outcome_done;
}

const struct attempt proc_attempts[] = {
    {.name = "open-proc-pid", .run = open_process_folder},
    {.name = "proc-1-environ", .run = read_environment_of_first},
    {.name = "proc-sys-write", .run = write_setting},
    {.name = "core-pattern", .run = write_core_pattern},
    {.name = "sysfs-write", .run = write_system_file},
    {.name = "sysfs-read", .run = read_system_files},
    {.name = "sysrq-trigger", .run = open_trigger},
    {.name = "cgroup-leave", .run = leave_control_group},
    {.name = "oom-score", .run = protect_from_memory_killer},
    {.name = "proc-self-mem-write", .run = write_own_memory},
    {.name = "own-environment", .run = show_environment},
    {0},
};
