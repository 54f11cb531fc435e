// The new root: an empty tmpfs, the views attached to it by the mount calls that work on descriptors, so that a view is
// opened by this machine's names before those are gone.

#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of <linux/mount.h>, which cannot be included beside <sys/mount.h> everywhere.
enum {
    open_tree_clone = 1,
    move_mount_from_empty_path = 4,
    attribute_read_only = 1,
    attribute_no_setuid = 2,
    attribute_no_devices = 4,
    attribute_no_execution = 8,
};
struct mount_attributes {
    uint64_t set, clear, propagation, user_namespace;
};

static int open_view(const struct hearth_sandbox_view *view) {
    const unsigned flags = open_tree_clone | O_CLOEXEC | AT_RECURSIVE;
    const int tree = (int)syscall(SYS_open_tree, AT_FDCWD, view->source, flags);
    if (tree < 0) return -1;
    struct mount_attributes attributes = {.set = attribute_no_setuid};
    if (!view->is_device) attributes.set |= attribute_read_only | attribute_no_devices;
    if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) < 0) return -1;
    return tree;
}

int hearth_sandbox_open_views(const struct hearth_sandbox_request *request, int *trees, int *index) {
    // What is mounted from here on stays here.
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return -1;
    for (size_t i = 0; i < request->view_count; i++) {
        *index = (int)i;
        trees[i] = -1;
        if (request->views[i].is_link) continue;
        trees[i] = open_view(&request->views[i]);
        if (trees[i] < 0) return -1;
    }
    return 0;
}

int hearth_sandbox_stage_root(const struct hearth_sandbox_request *request) {
    const unsigned long flags = MS_NOSUID | MS_NODEV;
    if (mount("hearth", request->stage, "tmpfs", flags, "mode=0755,size=64k,nr_inodes=4096") < 0) return -1;
    return chdir(request->stage);
}

// Makes the folders above a path.
static int make_parents(const char *path) {
    char part[4096];
    if (strlen(path) >= sizeof part) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(part, path);
    for (char *slash = strchr(part, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(part, 0755) < 0 && errno != EEXIST) return -1;
        *slash = '/';
    }
    return 0;
}

static int make_place(const struct hearth_sandbox_view *view) {
    if (make_parents(view->target) < 0) return -1;
    if (view->is_folder) return mkdir(view->target, 0755) < 0 && errno != EEXIST ? -1 : 0;
    const int file = open(view->target, O_CREAT | O_CLOEXEC | O_WRONLY, 0444);
    if (file < 0) return -1;
    return close(file);
}

int hearth_sandbox_attach_views(const struct hearth_sandbox_request *request, const int *trees, int *index,
                                enum hearth_sandbox_step *step) {
    for (size_t i = 0; i < request->view_count; i++) {
        const struct hearth_sandbox_view *view = &request->views[i];
        *index = (int)i;
        *step = view->is_link ? hearth_sandbox_step_link : hearth_sandbox_step_attach_view;
        if (view->is_link) {
            if (make_parents(view->target) < 0 || symlink(view->source, view->target) < 0) return -1;
            continue;
        }
        if (make_place(view) < 0) return -1;
        if (syscall(SYS_move_mount, trees[i], "", AT_FDCWD, view->target, move_mount_from_empty_path) < 0) return -1;
        close(trees[i]);
    }
    return 0;
}

// A machine that is itself a container may not let its guests mount /proc. Programs get along without.
int hearth_sandbox_mount_proc(void) {
    if (mkdir("proc", 0555) < 0) return -1;
    const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("proc", "proc", "proc", flags, "subset=pid,hidepid=2") == 0) return 0;
    return errno == EPERM ? 0 : -1;
}

// The root that was is put on top of the new one and taken off again; then nothing of it can be reached.
int hearth_sandbox_seal_root(void) {
    if (syscall(SYS_pivot_root, ".", ".") < 0) return -1;
    if (umount2(".", MNT_DETACH) < 0) return -1;
    struct mount_attributes attributes = {
        .set = attribute_read_only | attribute_no_setuid | attribute_no_devices | attribute_no_execution};
    if (syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &attributes, sizeof attributes) < 0) return -1;
    return chdir("/");
}
