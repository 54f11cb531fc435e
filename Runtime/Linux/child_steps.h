#ifndef HEARTH_CHILD_STEPS_H
#define HEARTH_CHILD_STEPS_H

// What every child does between clone and exec, whether it is sandboxed or not.

#include <stddef.h>
#include <sys/types.h>

// The number of the first descriptor that a child is given, as in systemd's protocol.
enum { hearth_first_passed_descriptor = 3 };

// Writes a process id and a zero; at most 12 bytes.
void hearth_write_decimal(char *out, pid_t value);

// Default handling of every signal, and none blocked: handlers would run in the wrong program, and an ignored SIGPIPE
// would pass through exec.
void hearth_reset_signals(void);

// Puts the descriptors at 3, 4, …, `input` at 0 and `output` at 1 and 2. What is in `kept` follows them, at the numbers
// that are written to `kept_at`, and closes on exec; every other descriptor is closed. 0, or -1 with errno.
int hearth_place_descriptors(const int *descriptors, size_t count, int input, int output, const int *kept, int *kept_at,
                             size_t kept_count);

#endif
