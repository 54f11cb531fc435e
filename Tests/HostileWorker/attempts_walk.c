// The whole tree that is in view: is anything in it writable, and which devices does it hold?

#include "hostile.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
    struct report *report;
    int created;
    int opened;
    int folders;
    int files;
};

static void note(struct walk *walk, const char *how, const char *path) {
    if (strlen(walk->report->detail) < 3500) say(walk->report, " %s:%s", how, path);
}

static void try_folder(struct walk *walk, const char *folder) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/hostile-%d", folder, getpid());
    walk->folders++;
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return;
    close(descriptor);
    unlink(path);
    walk->created++;
    note(walk, "created-in", folder);
}

// Opens only: what is in the file stays as it was.
static void try_file(struct walk *walk, const char *path) {
    walk->files++;
    const int descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) return;
    close(descriptor);
    walk->opened++;
    note(walk, "opened", path);
}

static void visit(struct walk *walk, const char *folder, int depth) {
    try_folder(walk, folder);
    DIR *stream = depth > 0 ? opendir(folder) : NULL;
    if (!stream) return;
    for (struct dirent *entry; (entry = readdir(stream));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char path[PATH_MAX];
        const int length = snprintf(path, sizeof path, "%s/%s", strcmp(folder, "/") ? folder : "", entry->d_name);
        struct stat found;
        if (length >= (int)sizeof path || lstat(path, &found) < 0) continue;
        if (S_ISDIR(found.st_mode)) visit(walk, path, depth - 1);
        else if (S_ISREG(found.st_mode)) try_file(walk, path);
    }
    closedir(stream);
}

static enum outcome write_everywhere(const struct arguments *arguments, struct report *report) {
    struct walk walk = {.report = report};
    visit(&walk, word(arguments, 0, "/"), (int)number(arguments, 1, 4));
    char counts[160];
    const int length = snprintf(
        counts, sizeof counts, "created %d of %d, opened %d of %d:", walk.created, walk.folders, walk.opened,
        walk.files);
    const size_t rest = strlen(report->detail);
    // The counts go first, where a reader looks.
    memmove(report->detail + length, report->detail, rest + 1);
    memcpy(report->detail, counts, (size_t)length);
    if (walk.created + walk.opened > 0) return outcome_done;
    report->error = EACCES;
    return outcome_refused;
}

// Not the watchdogs: to open one starts it.
static const char *const devices[] = {
    "/dev/mem", "/dev/port", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/dm-0", "/dev/loop0",
    "/dev/loop-control", "/dev/mapper/control", "/dev/kvm", "/dev/vhost-net", "/dev/vhost-vsock", "/dev/vsock",
    "/dev/fuse", "/dev/net/tun", "/dev/ptmx", "/dev/tty", "/dev/tty0", "/dev/console", "/dev/uinput",
    "/dev/input/event0", "/dev/hpet", "/dev/rtc0", "/dev/cpu/0/msr", "/dev/dri/renderD128", "/dev/nvidiactl",
    "/dev/nvidia0", "/dev/nvidia-uvm", "/dev/snd/timer", "/dev/btrfs-control", "/dev/userfaultfd", "/dev/hugepages",
    "/dev/binder", "/dev/udmabuf", "/dev/dma_heap/system", "/dev/ppp", "/dev/cuse", "/dev/zfs", "/dev/raw/rawctl",
    "/dev/full", "/dev/random",
};

static enum outcome open_devices(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    int opened = 0;
    for (size_t index = 0; index < sizeof devices / sizeof *devices; index++) {
        int descriptor = open(devices[index], O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (descriptor < 0) descriptor = open(devices[index], O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (descriptor < 0) {
            report->error = errno;
            if (errno != ENOENT) say(report, "%s:%s ", devices[index], strerror(errno));
            continue;
        }
        close(descriptor);
        opened++;
        say(report, "%s:opened ", devices[index]);
    }
    return opened > 0 ? outcome_done : outcome_refused;
}

static enum outcome open_device(const struct arguments *arguments, struct report *report) {
    const char *path = word(arguments, 0, NULL);
    if (!path) return misused(report, "open-device PATH");
    return settle(report, open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), "open for reading and writing");
}

// Device nodes may have any name, so all of a folder's are tried; the watchdogs again are not.
static enum outcome find_devices(const struct arguments *arguments, struct report *report) {
    const char *folder = word(arguments, 0, "/dev");
    DIR *stream = opendir(folder);
    if (!stream) return refused(report, "opendir");
    int found = 0;
    for (struct dirent *entry; (entry = readdir(stream));) {
        char path[PATH_MAX];
        struct stat node;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (lstat(path, &node) < 0 || !(S_ISCHR(node.st_mode) || S_ISBLK(node.st_mode))) continue;
        if (strncmp(entry->d_name, "watchdog", 8) == 0) continue;
        const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (descriptor < 0) continue;
        close(descriptor);
        found++;
        say(report, "%s ", path);
    }
    closedir(stream);
    return found > 0 ? outcome_done : outcome_refused;
}

const struct attempt walk_attempts[] = {
    {.name = "write-everywhere", .run = write_everywhere, .limit_milliseconds = 30000},
    {.name = "open-devices", .run = open_devices},
    {.name = "open-device", .run = open_device},
    {.name = "find-devices", .run = find_devices},
    {0},
};
