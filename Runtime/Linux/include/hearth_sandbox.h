#ifndef HEARTH_SANDBOX_H
#define HEARTH_SANDBOX_H

// Starting a program that sees nothing of this machine but what it is given: clone3 with namespaces of its own, an empty
// root, landlock, seccomp. The order of the steps, and why it is this one, is in sandbox.c.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

// What failed. The values travel from the child to its parent.
enum hearth_sandbox_step {
    hearth_sandbox_step_none = 0,
    hearth_sandbox_step_clone,
    hearth_sandbox_step_users,
    hearth_sandbox_step_open_view,
    hearth_sandbox_step_root,
    hearth_sandbox_step_attach_view,
    hearth_sandbox_step_link,
    hearth_sandbox_step_proc,
    hearth_sandbox_step_network,
    hearth_sandbox_step_limits,
    hearth_sandbox_step_descriptors,
    hearth_sandbox_step_identity,
    hearth_sandbox_step_parent_died,
    hearth_sandbox_step_directory,
    hearth_sandbox_step_landlock,
    hearth_sandbox_step_memory_protection,
    hearth_sandbox_step_seccomp,
    hearth_sandbox_step_supervisor,
    hearth_sandbox_step_execute,
};

// Something of the machine that the program sees. A list's pointer may be null where its count is 0; the others never.
struct hearth_sandbox_view {
    // Here; or, where `is_link`, what a symbolic link says.
    const char *_Nullable source;
    // There, relative to the new root, without a slash at its start.
    const char *_Nullable target;
    bool is_link;
    bool is_folder;
    // A device can be written to; everything else is read-only.
    bool is_device;
    // A socket: it can be connected to, and needs no access right of landlock.
    bool is_socket;
};

struct hearth_sandbox_limit {
    // RLIMIT_ of <sys/resource.h>.
    int resource;
    uint64_t value;
};

struct hearth_sandbox_request {
    // The program as an open file; where it is -1, arguments[0] is looked up inside, by the PATH of `environment`.
    int program;
    char *_Nullable const *_Nullable arguments;
    char *_Nullable const *_Nullable environment;
    // Points into one of `environment`'s strings, just after "LISTEN_PID="; at least 12 bytes are written there.
    char *_Nullable listen_pid;
    // Inside, or null for the root.
    const char *_Nullable working_directory;
    // Placed at 3, 4, …
    const int *_Nullable descriptors;
    size_t descriptor_count;
    int input;
    int output;

    // True: the program gets `user` and `group` of this machine, which takes root. False: a user namespace in which
    // the caller's own numbers are called 1000.
    bool is_privileged;
    uid_t user;
    gid_t group;
    // A folder of this machine on which the new root is mounted, unseen by anybody else.
    const char *_Nullable stage;
    const struct hearth_sandbox_view *_Nullable views;
    size_t view_count;
    // A /proc that shows the program's own processes.
    bool has_proc;
    // The caller has a network namespace that nobody else has, made by `hearth_sandbox_renew_network`, and leaves it to
    // the program.
    bool inherits_network;
    // A loopback interface that is up.
    bool has_loopback;
    // A first process beside the program, which reaps what the program leaves and gives signals their usual meaning.
    bool has_supervisor;
    bool refuses_executable_memory;
    const struct hearth_sandbox_limit *_Nullable limits;
    size_t limit_count;
    // The landlock ABI to use, 0 for none.
    int landlock_abi;
    // A program of struct sock_filter, 8 bytes each; none where empty.
    const void *_Nullable filter;
    size_t filter_count;
    // A folder of cgroup2 to be started in, or -1.
    int control_group;
};

struct hearth_sandbox_result {
    pid_t pid;
    int pidfd;
    int error;
    enum hearth_sandbox_step step;
    // Which view or limit it was about, where the step has several.
    int index;
};

// Starts the program; returns when it was executed or a step failed. The caller must have one thread, and the kernel
// kills the program when the caller dies.
struct hearth_sandbox_result hearth_sandbox_start(const struct hearth_sandbox_request *request);

// Moves the caller into a new, empty network namespace: unshare(2). Making one takes half the time of a start, so it is made
// ahead of the next. 0, or -1 with errno.
int hearth_sandbox_renew_network(void);

// The landlock ABI of this kernel, 0 where it has none.
int hearth_sandbox_landlock_abi(void);

#pragma clang assume_nonnull end

#endif
