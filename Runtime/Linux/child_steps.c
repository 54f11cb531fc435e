#define _GNU_SOURCE
#include "child_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { most_descriptors = 62, most_kept = 4 };

void hearth_write_decimal(char *out, pid_t value) {
    char digits[12];
    int count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (count > 0) *out++ = digits[--count];
    *out = 0;
}

void hearth_reset_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Copies every descriptor above the final range first, so that placing one never overwrites another.
static int copy_above(const int *descriptors, size_t count, int above, int flag, int *copies) {
    for (size_t i = 0; i < count; i++) {
        copies[i] = fcntl(descriptors[i], flag, above);
        if (copies[i] < 0) return -1;
    }
    return 0;
}

int hearth_place_descriptors(const int *descriptors, size_t count, int input, int output, const int *kept, int *kept_at,
                             size_t kept_count) {
    if (count > most_descriptors || kept_count > most_kept) {
        errno = E2BIG;
        return -1;
    }
    const int end = hearth_first_passed_descriptor + (int)count;
    const int above = end + (int)kept_count;
    const int standard[2] = {input, output};
    int copies[most_descriptors], standard_copies[2], kept_copies[most_kept];
    if (copy_above(descriptors, count, above, F_DUPFD, copies) < 0) return -1;
    if (copy_above(standard, 2, above, F_DUPFD, standard_copies) < 0) return -1;
    if (copy_above(kept, kept_count, above, F_DUPFD_CLOEXEC, kept_copies) < 0) return -1;
    for (size_t i = 0; i < count; i++) {
        if (dup2(copies[i], hearth_first_passed_descriptor + (int)i) < 0) return -1;
    }
    for (size_t i = 0; i < kept_count; i++) {
        kept_at[i] = end + (int)i;
        if (dup3(kept_copies[i], kept_at[i], O_CLOEXEC) < 0) return -1;
    }
    if (dup2(standard_copies[0], 0) < 0) return -1;
    if (dup2(standard_copies[1], 1) < 0 || dup2(standard_copies[1], 2) < 0) return -1;
    return (int)syscall(SYS_close_range, (unsigned)above, ~0U, 0U);
}
