// Landlock: a second wall behind the empty root, which also holds against descriptors and mounts that should not be
// there. Everything that it knows is refused, then reading and executing the views is allowed.

#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of <linux/landlock.h> as of ABI 6; older headers lack the later parts.
enum {
    landlock_execute = 1 << 0,
    landlock_write_file = 1 << 1,
    landlock_read_file = 1 << 2,
    landlock_read_folder = 1 << 3,
    landlock_device_control = 1 << 15,
    landlock_all_tcp = 3,
    landlock_all_scopes = 3,
    landlock_rule_path_beneath = 1,
    landlock_create_version = 1,
};
struct landlock_ruleset {
    uint64_t files, network, scopes;
};
struct landlock_path {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

int hearth_sandbox_landlock_abi(void) {
    const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, landlock_create_version);
    return abi < 0 ? 0 : (int)abi;
}

// The file rights that an ABI knows: 13 at first, then renaming (2), truncating (3) and device control (5).
static uint64_t file_rights(int abi) {
    const int count = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
    return (1ULL << count) - 1;
}

static int allow(int ruleset, int file, uint64_t rights) {
    const struct landlock_path rule = {.allowed = rights, .parent = file};
    return (int)syscall(SYS_landlock_add_rule, ruleset, landlock_rule_path_beneath, &rule, 0);
}

static int allow_view(int ruleset, const char *target, uint64_t rights) {
    const int file = open(target, O_PATH | O_CLOEXEC);
    if (file < 0) return -1;
    const int result = allow(ruleset, file, rights);
    close(file);
    return result;
}

static int allow_views(const struct hearth_sandbox_request *request, int ruleset, uint64_t known) {
    const uint64_t file = landlock_execute | landlock_read_file;
    for (size_t i = 0; i < request->view_count; i++) {
        const struct hearth_sandbox_view *view = &request->views[i];
        if (view->is_link || view->is_socket) continue;
        const uint64_t rights = view->is_device ? landlock_read_file | landlock_write_file | landlock_device_control
                                : view->is_folder ? file | landlock_read_folder
                                                  : file;
        if (allow_view(ruleset, view->target, rights & known) < 0) return -1;
    }
    if (request->has_proc && access("proc/self", F_OK) == 0) {
        return allow_view(ruleset, "proc", landlock_read_file | landlock_read_folder);
    }
    return 0;
}

int hearth_sandbox_restrict_files(const struct hearth_sandbox_request *request, int program) {
    const int abi = request->landlock_abi;
    if (abi <= 0) return 0;
    const struct landlock_ruleset rights = {
        .files = file_rights(abi),
        // A program that is reached by a port of its own loopback needs TCP; its network has nothing else.
        .network = abi >= 4 && !request->has_loopback ? landlock_all_tcp : 0,
        .scopes = abi >= 6 ? landlock_all_scopes : 0,
    };
    const size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rights, size, 0);
    if (ruleset < 0) return -1;
    int result = allow_views(request, ruleset, rights.files);
    if (result == 0 && program >= 0) result = allow(ruleset, program, landlock_execute | landlock_read_file);
    if (result == 0) result = (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
    const int error = errno;
    close(ruleset);
    errno = error;
    return result;
}
