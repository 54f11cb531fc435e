// Other doors into the kernel: old calls, new ones, and those of other instruction sets.

#include "hostile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// `syscall NR [OPERAND…]`, for a test that knows what it wants.
static enum outcome call_any(const struct arguments *arguments, struct report *report) {
    if (arguments->count < 1) return misused(report, "syscall NUMBER [OPERAND...]");
    long operands[6];
    for (int index = 0; index < 6; index++) operands[index] = number(arguments, index + 1, 0);
    const long result = syscall(
        number(arguments, 0, 0), operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]);
    return settle_permission(report, result, "syscall");
}

static bool is_let_in(long call, struct report *report) {
    const long result = syscall(call, -1L, -1L, -1L, -1L, -1L, -1L);
    if (result < 0) report->error = errno;
    if (result < 0 && is_denial(errno)) return false;
    say(report, "%ld:%s ", call, result < 0 ? strerror(errno) : "succeeded");
    return true;
}

// Every call since the numbers of all machines became the same. With operands of -1 none of them does anything.
static enum outcome sweep_new_calls(const struct arguments *arguments, struct report *report) {
    const long last = number(arguments, 1, 600);
    int count = 0;
    for (long call = number(arguments, 0, 424); call <= last; call++) count += is_let_in(call, report);
    return count > 0 ? outcome_done : outcome_refused;
}

static enum outcome sweep_old_calls(const struct arguments *arguments, struct report *report) {
    (void)arguments;
#ifdef __x86_64__
    // uselib, ustat, sysfs, _sysctl, create_module, get_kernel_syms, query_module, nfsservctl, getpmsg, putpmsg,
    // afs_syscall, tuxcall, security, lookup_dcookie, epoll_ctl_old, epoll_wait_old, vserver, remap_file_pages.
    static const long calls[] = {
        134, 136, 139, 156, 174, 177, 178, 180, 181, 182, 183, 184, 185, 212, 214, 215, 236, 216};
#else
    static const long calls[] = {18, 42, 234};
#endif
    int count = 0;
    for (size_t index = 0; index < sizeof calls / sizeof *calls; index++) count += is_let_in(calls[index], report);
    return count > 0 ? outcome_done : outcome_refused;
}

#ifdef __x86_64__

// The 32-bit door has numbers of its own: a filter that looks at numbers only mistakes one call for another.
static long call_by_interrupt(long call, long first, long second, long third) {
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(call), "b"(first), "c"(second), "d"(third)
                     : "memory", "r8", "r9", "r10", "r11");
    return (int)result;
}

static long with_errno(long result) {
    if (result >= 0) return result;
    errno = (int)-result;
    return -1;
}

static enum outcome ask_pid_by_interrupt(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    return settle(report, with_errno(call_by_interrupt(20, 0, 0, 0)), "getpid by int 0x80");
}

static enum outcome make_socket_by_interrupt(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    // Its operands lie in memory, at an address of 32 bits.
    int *operands = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (operands == MAP_FAILED) return refused(report, "mmap below 4 GiB");
    operands[0] = AF_INET;
    operands[1] = SOCK_STREAM;
    operands[2] = 0;
    return settle(report, with_errno(call_by_interrupt(102, 1, (long)operands, 0)), "socketcall by int 0x80");
}

// 32-bit number 21 is mount and 64-bit 21 is access; 32-bit 26 is ptrace and 64-bit 26 is msync.
static enum outcome trace_by_interrupt(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    return settle(report, with_errno(call_by_interrupt(26, 0, 0, 0)), "ptrace by int 0x80");
}

enum { x32_bit = 0x40000000 };

static enum outcome call_x32(const struct arguments *arguments, struct report *report) {
    const uintptr_t *operands = arguments->attempt->operands;
    const long call = arguments->attempt->value | x32_bit;
    return settle_permission(report, syscall(call, operands[0], operands[1], operands[2]), "an x32 call");
}

static enum outcome change_segments(const struct arguments *arguments, struct report *report) {
    // One 32-bit data segment of a megabyte.
    struct {
        unsigned number, base, limit, flags;
    } entry = {.number = 0, .base = 0, .limit = 0xFF, .flags = 0x51};
    const long size = arguments->attempt->value == 0 ? 0 : (long)sizeof entry;
    return settle_permission(report, syscall(SYS_modify_ldt, arguments->attempt->value, &entry, size), "modify_ldt");
}

static enum outcome set_segment_base(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    // ARCH_SET_GS: harmless, because 64-bit programs leave that register alone.
    return settle_permission(report, syscall(SYS_arch_prctl, 0x1001, 0), "arch_prctl");
}

#endif

const struct attempt call_attempts[] = {
    {.name = "syscall", .run = call_any},
    {.name = "new-call-sweep", .run = sweep_new_calls, .limit_milliseconds = 5000},
    {.name = "old-call-sweep", .run = sweep_old_calls},
#ifdef __x86_64__
    {.name = "int80-getpid", .run = ask_pid_by_interrupt},
    {.name = "int80-socket", .run = make_socket_by_interrupt},
    {.name = "int80-ptrace", .run = trace_by_interrupt},
    {.name = "x32-getpid", .run = call_x32, .value = SYS_getpid},
    {.name = "x32-socket", .run = call_x32, .value = SYS_socket, .operands = {AF_INET, SOCK_STREAM, 0}},
    {.name = "x32-ptrace", .run = call_x32, .value = 521},
    {.name = "modify-ldt", .run = change_segments, .value = 1},
    {.name = "modify-ldt-read", .run = change_segments, .value = 0},
    {.name = "arch-prctl", .run = set_segment_base},
#endif
    {0},
};
