#ifndef HEARTH_SANDBOX_PARTS_H
#define HEARTH_SANDBOX_PARTS_H

#include "hearth_sandbox.h"

// A child's word to its parent about what failed; 12 bytes, written at once.
struct hearth_sandbox_failure {
    int step;
    int error;
    int index;
};

// Each part returns 0, or -1 with errno. `index` says which view or limit it was about.
int hearth_sandbox_open_views(const struct hearth_sandbox_request *request, int *trees, int *index);
int hearth_sandbox_stage_root(const struct hearth_sandbox_request *request);
int hearth_sandbox_attach_views(const struct hearth_sandbox_request *request, const int *trees, int *index,
                                enum hearth_sandbox_step *step);
int hearth_sandbox_mount_proc(void);
int hearth_sandbox_seal_root(void);
int hearth_sandbox_restrict_files(const struct hearth_sandbox_request *request, int program);
int hearth_sandbox_map_users(const struct hearth_sandbox_request *request);
int hearth_sandbox_drop_identity(const struct hearth_sandbox_request *request);
int hearth_sandbox_raise_loopback(void);
int hearth_sandbox_supervise(pid_t program);

#endif
