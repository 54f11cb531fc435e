// Files by name: others' to read, and anything to write.

#include "hostile.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>

static enum outcome read_file(const struct arguments *arguments, struct report *report) {
    const char *path = word(arguments, 0, NULL);
    if (!path) return misused(report, "read-file PATH");
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) return refused(report, "open");
    unsigned char bytes[64];
    const ssize_t count = read(descriptor, bytes, sizeof bytes);
    close(descriptor);
    if (count < 0) return refused(report, "opened, but read");
    say(report, "read %zd bytes: ", count);
    say_hex(report, bytes, (size_t)count);
    return outcome_done;
}

static enum outcome list_directory(const struct arguments *arguments, struct report *report) {
    DIR *folder = opendir(word(arguments, 0, "/"));
    if (!folder) return refused(report, "opendir");
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)); count++)
        say(report, "%s%s", count ? " " : "", entry->d_name);
    closedir(folder);
    return outcome_done;
}

static enum outcome stat_file(const struct arguments *arguments, struct report *report) {
    const char *path = word(arguments, 0, NULL);
    if (!path) return misused(report, "stat PATH");
    struct stat found;
    if (lstat(path, &found) < 0) return refused(report, "lstat");
    say(
        report, "mode %o uid %u gid %u size %lld device %u:%u", found.st_mode, found.st_uid, found.st_gid,
        (long long)found.st_size, major(found.st_dev), minor(found.st_dev));
    return outcome_done;
}

static enum outcome write_file(const struct arguments *arguments, struct report *report) {
    const char *path = word(arguments, 0, NULL);
    if (!path) return misused(report, "write-file PATH");
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) return refused(report, "open");
    const ssize_t count = write(descriptor, "hostile\n", 8);
    close(descriptor);
    say(report, "opened, wrote %zd bytes", count);
    return outcome_done;
}

static enum outcome make_directory(const struct arguments *arguments, struct report *report) {
    return settle(report, mkdir(word(arguments, 0, "/hostile"), 0777), "mkdir");
}

static enum outcome make_symlink(const struct arguments *arguments, struct report *report) {
    return settle(report, symlink(word(arguments, 1, "/etc/passwd"), word(arguments, 0, "/hostile")), "symlink");
}

static enum outcome make_link(const struct arguments *arguments, struct report *report) {
    return settle(report, link(word(arguments, 0, own_path()), word(arguments, 1, "/hostile")), "link");
}

static enum outcome rename_file(const struct arguments *arguments, struct report *report) {
    return settle(report, rename(word(arguments, 0, own_path()), word(arguments, 1, "/hostile")), "rename");
}

static enum outcome make_fifo(const struct arguments *arguments, struct report *report) {
    return settle(report, mkfifo(word(arguments, 0, "/hostile"), 0666), "mkfifo");
}

// The node would be the memory device; it is gone again before anyone can use it.
static enum outcome make_device(const struct arguments *arguments, struct report *report) {
    char path[256];
    for (int index = 0; likely_places[index]; index++) {
        snprintf(path, sizeof path, "%s/hostile-node", word(arguments, 0, likely_places[index]));
        if (mknod(path, S_IFCHR | 0666, makedev(1, 1)) < 0) continue;
        const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
        say(report, "made %s, %s", path, descriptor < 0 ? "which does not open" : "and opened it");
        unlink(path);
        return outcome_done;
    }
    return refused(report, "mknod");
}

static enum outcome change_mode(const struct arguments *arguments, struct report *report) {
    return settle(report, chmod(word(arguments, 0, own_path()), 04777), "chmod 04777");
}

static enum outcome change_owner(const struct arguments *arguments, struct report *report) {
    return settle(report, chown(word(arguments, 0, own_path()), 0, 0), "chown 0:0");
}

static enum outcome unlink_own(const struct arguments *arguments, struct report *report) {
    return settle(report, unlink(word(arguments, 0, own_path())), "unlink");
}

static enum outcome truncate_own(const struct arguments *arguments, struct report *report) {
    const char *path = word(arguments, 0, own_path());
    struct stat found;
    if (stat(path, &found) < 0) return refused(report, "stat");
    // To the size that it has: success must not break the worker.
    return settle(report, truncate(path, found.st_size), "truncate");
}

static enum outcome change_times(const struct arguments *arguments, struct report *report) {
    return settle(report, utimes(word(arguments, 0, own_path()), NULL), "utimes");
}

static enum outcome set_attribute(const struct arguments *arguments, struct report *report) {
    return settle(report, setxattr(word(arguments, 0, own_path()), "user.hostile", "1", 1, 0), "setxattr");
}

const struct attempt file_attempts[] = {
    {.name = "read-file", .run = read_file},
    {.name = "list-dir", .run = list_directory},
    {.name = "stat", .run = stat_file},
    {.name = "write-file", .run = write_file},
    {.name = "mkdir", .run = make_directory},
    {.name = "symlink", .run = make_symlink},
    {.name = "link", .run = make_link},
    {.name = "rename", .run = rename_file},
    {.name = "mkfifo", .run = make_fifo},
    {.name = "mknod", .run = make_device},
    {.name = "chmod-own", .run = change_mode},
    {.name = "chown-own", .run = change_owner},
    {.name = "unlink-own", .run = unlink_own},
    {.name = "truncate-own", .run = truncate_own},
    {.name = "utimes-own", .run = change_times},
    {.name = "setxattr-own", .run = set_attribute},
    {0},
};
