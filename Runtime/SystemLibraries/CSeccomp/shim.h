#ifndef HEARTH_CSECCOMP_SHIM_H
#define HEARTH_CSECCOMP_SHIM_H

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>

// Function-like macros and casts, which do not reach Swift.
static inline unsigned hearth_seccomp_refuse(void) { return SCMP_ACT_ERRNO(EPERM); }
static inline unsigned hearth_seccomp_allow(void) { return SCMP_ACT_ALLOW; }
static inline unsigned hearth_seccomp_kill(void) { return SCMP_ACT_KILL_PROCESS; }
static inline unsigned hearth_seccomp_missing(void) { return SCMP_ACT_ERRNO(ENOSYS); }

// Adds a rule for a call whose argument compares with a value; the C function is variadic.
static inline int hearth_seccomp_add(scmp_filter_ctx context, unsigned action, int call) {
    return seccomp_rule_add_array(context, action, call, 0, NULL);
}
static inline int hearth_seccomp_add_if(scmp_filter_ctx context, unsigned action, int call, unsigned argument,
                                        unsigned long long mask, unsigned long long value) {
    const struct scmp_arg_cmp comparison = {argument, SCMP_CMP_MASKED_EQ, mask, value};
    return seccomp_rule_add_array(context, action, call, 1, &comparison);
}

#endif
