// Mounts. Where they would succeed, they first move to a mount namespace of their own and so change nothing outside.

#include "hostile.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// From <sys/mount.h>, which cannot be included beside <linux/mount.h> in older C libraries.
extern int mount(const char *, const char *, const char *, unsigned long, const void *);
extern int umount2(const char *, int);
enum { expire_only = 4 };

// Only a process that may mount can have this namespace, so for one that may not, nothing changes.
static void keep_to_own_namespace(void) {
    if (unshare(CLONE_NEWNS) == 0) mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static enum outcome mount_tmpfs(const struct arguments *arguments, struct report *report) {
    keep_to_own_namespace();
    return settle(report, mount("tmpfs", word(arguments, 0, "/"), "tmpfs", 0, NULL), "mount tmpfs");
}

static enum outcome mount_proc(const struct arguments *arguments, struct report *report) {
    keep_to_own_namespace();
    return settle(report, mount("proc", word(arguments, 0, "/"), "proc", 0, NULL), "mount proc");
}

static enum outcome mount_control_groups(const struct arguments *arguments, struct report *report) {
    keep_to_own_namespace();
    return settle(report, mount("cgroup2", word(arguments, 0, "/"), "cgroup2", 0, NULL), "mount cgroup2");
}

static enum outcome bind_folder(const struct arguments *arguments, struct report *report) {
    keep_to_own_namespace();
    const char *source = word(arguments, 0, "/");
    return settle(report, mount(source, word(arguments, 1, "/"), NULL, MS_BIND | MS_REC, NULL), "mount --bind");
}

static enum outcome remount_writable(const struct arguments *arguments, struct report *report) {
    keep_to_own_namespace();
    const int result = mount(NULL, word(arguments, 0, "/"), NULL, MS_REMOUNT | MS_BIND, NULL);
    return settle_permission(report, result, "remount writable");
}

// The first call with this flag only marks what is not in use.
static enum outcome unmount(const struct arguments *arguments, struct report *report) {
    keep_to_own_namespace();
    return settle_permission(report, umount2(word(arguments, 0, "/"), expire_only), "umount2");
}

static enum outcome change_root(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    keep_to_own_namespace();
    return settle_permission(report, syscall(SYS_pivot_root, ".", "."), "pivot_root");
}

// The privileges of a user namespace, used at once for a mount.
static enum outcome mount_as_new_root(const struct arguments *arguments, struct report *report) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return refused(report, "unshare");
    return settle(report, mount("tmpfs", word(arguments, 0, "/"), "tmpfs", 0, NULL), "mount tmpfs");
}

static enum outcome open_file_system(const struct arguments *arguments, struct report *report) {
    const long context = syscall(SYS_fsopen, word(arguments, 0, "tmpfs"), FSOPEN_CLOEXEC);
    if (context < 0) return refused(report, "fsopen");
    syscall(SYS_fsconfig, (int)context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    return settle(report, syscall(SYS_fsmount, (int)context, FSMOUNT_CLOEXEC, 0), "fsmount");
}

static enum outcome clone_tree(const struct arguments *arguments, struct report *report) {
    const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
    return settle(report, syscall(SYS_open_tree, AT_FDCWD, word(arguments, 0, "/"), flags), "open_tree");
}

static enum outcome open_tree_only(const struct arguments *arguments, struct report *report) {
    return settle(report, syscall(SYS_open_tree, AT_FDCWD, word(arguments, 0, "/"), OPEN_TREE_CLOEXEC), "open_tree");
}

static enum outcome pick_file_system(const struct arguments *arguments, struct report *report) {
    return settle(report, syscall(SYS_fspick, AT_FDCWD, word(arguments, 0, "/"), FSPICK_CLOEXEC), "fspick");
}

static enum outcome move_mount_out(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    keep_to_own_namespace();
    return settle_permission(report, syscall(SYS_move_mount, -1, "", -1, "", 0), "move_mount");
}

static enum outcome clear_read_only(const struct arguments *arguments, struct report *report) {
    keep_to_own_namespace();
    struct mount_attr change = {.attr_clr = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC};
    const char *path = word(arguments, 0, "/");
    return settle_permission(
        report, syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &change, sizeof change), "mount_setattr");
}

const struct attempt mount_attempts[] = {
    {.name = "mount-tmpfs", .run = mount_tmpfs},
    {.name = "mount-proc", .run = mount_proc},
    {.name = "mount-cgroup", .run = mount_control_groups},
    {.name = "mount-bind", .run = bind_folder},
    {.name = "mount-remount", .run = remount_writable},
    {.name = "mount-in-new-user", .run = mount_as_new_root},
    {.name = "umount", .run = unmount},
    {.name = "pivot-root", .run = change_root},
    {.name = "fsopen", .run = open_file_system},
    {.name = "fspick", .run = pick_file_system},
    {.name = "open-tree", .run = open_tree_only},
    {.name = "open-tree-clone", .run = clone_tree},
    {.name = "move-mount", .run = move_mount_out},
    {.name = "mount-setattr", .run = clear_read_only},
    {0},
};
