// Calls that act on the whole machine or have much kernel behind them. The operands are such that a kernel that lets
// the call in does nothing, or what was so before.

#include "hostile.h"

#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define TEXT(text) ((uintptr_t)(text))

static enum outcome call_kernel(const struct arguments *arguments, struct report *report) {
    const uintptr_t *operands = arguments->attempt->operands;
    const long result = syscall(
        arguments->attempt->value, operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]);
    return settle_permission(report, result, arguments->attempt->name);
}

static enum outcome name_host(const struct arguments *arguments, struct report *report) {
    struct utsname names;
    if (uname(&names) < 0) return refused(report, "uname");
    const char *name = arguments->attempt->value == SYS_sethostname ? names.nodename : names.domainname;
    return settle(report, syscall(arguments->attempt->value, name, strlen(name)), "the name as it was");
}

static enum outcome read_kernel_log(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    char text[64];
    const int count = klogctl(3, text, sizeof text);
    if (count > 0) say_hex(report, text, (size_t)count);
    return settle(report, count, count > 0 ? "; syslog" : "syslog");
}

static enum outcome set_clock(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return settle(report, syscall(SYS_clock_settime, CLOCK_REALTIME, &time), "clock_settime to the present time");
}

// Without a time and without a zone, only the permission is checked.
static enum outcome set_time_of_day(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    return settle(report, syscall(SYS_settimeofday, NULL, NULL), "settimeofday to nothing");
}

static enum outcome tune_clock(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    struct timex state = {0};
    if (adjtimex(&state) < 0) return refused(report, "adjtimex, reading");
    state.modes = ADJ_TICK;
    return settle(report, adjtimex(&state), "adjtimex to the same tick");
}

static enum outcome load_filter(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    const long made = syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map);
    if (made >= 0) return settle(report, made, "BPF_MAP_CREATE");
    // r0 = 0; exit
    const struct bpf_insn program[] = {{.code = 0xB7}, {.code = 0x95}};
    union bpf_attr load = {
        .prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insns = TEXT(program), .insn_cnt = 2, .license = TEXT("GPL")};
    return settle(report, syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load), "BPF_PROG_LOAD");
}

static enum outcome count_events(const struct arguments *arguments, struct report *report) {
    const pid_t process = (pid_t)number(arguments, 0, 0);
    struct perf_event_attr event = {
        .size = sizeof event, .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1,
        .exclude_hv = 1};
    const int processor = process < 0 ? 0 : -1;
    return settle(report, syscall(SYS_perf_event_open, &event, process, processor, -1, 0), "perf_event_open");
}

static enum outcome set_up_ring(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    struct io_uring_params parameters = {0};
    return settle(report, syscall(SYS_io_uring_setup, 4, &parameters), "io_uring_setup");
}

const struct attempt kernel_attempts[] = {
    {.name = "sethostname", .run = name_host, .value = SYS_sethostname},
    {.name = "setdomainname", .run = name_host, .value = SYS_setdomainname},
    {.name = "syslog", .run = read_kernel_log},
    {.name = "clock-settime", .run = set_clock},
    {.name = "settimeofday", .run = set_time_of_day},
    {.name = "adjtimex", .run = tune_clock},
    {.name = "bpf", .run = load_filter},
    {.name = "perf-event-open", .run = count_events},
    {.name = "io-uring-setup", .run = set_up_ring},
    {.name = "io-uring-enter", .run = call_kernel, .value = SYS_io_uring_enter, .operands = {(uintptr_t)-1}},
    {.name = "io-uring-register", .run = call_kernel, .value = SYS_io_uring_register, .operands = {(uintptr_t)-1}},
    {.name = "userfaultfd", .run = call_kernel, .value = SYS_userfaultfd},
    {.name = "userfaultfd-user", .run = call_kernel, .value = SYS_userfaultfd, .operands = {1}},
    {.name = "add-key", .run = call_kernel, .value = SYS_add_key,
     .operands = {TEXT("user"), TEXT("hostile"), TEXT("x"), 1, (uintptr_t)-2}},
    {.name = "request-key", .run = call_kernel, .value = SYS_request_key, .operands = {TEXT("user"), TEXT("hostile")}},
    {.name = "keyctl-join", .run = call_kernel, .value = SYS_keyctl, .operands = {1, 0}},
    {.name = "keyctl-user-keyring", .run = call_kernel, .value = SYS_keyctl, .operands = {0, (uintptr_t)-4, 1}},
    {.name = "kexec-load", .run = call_kernel, .value = SYS_kexec_load},
#ifdef SYS_kexec_file_load
    {.name = "kexec-file-load", .run = call_kernel, .value = SYS_kexec_file_load,
     .operands = {(uintptr_t)-1, (uintptr_t)-1}},
#endif
    {.name = "init-module", .run = call_kernel, .value = SYS_init_module, .operands = {TEXT("hostile"), 7, TEXT("")}},
    {.name = "finit-module", .run = call_kernel, .value = SYS_finit_module, .operands = {(uintptr_t)-1, TEXT("")}},
    {.name = "delete-module", .run = call_kernel, .value = SYS_delete_module, .operands = {TEXT("hostile_none"), 2048}},
    // The second magic number is wrong, which the kernel sees after it has looked at the privilege.
    {.name = "reboot", .run = call_kernel, .value = SYS_reboot,
     .operands = {LINUX_REBOOT_MAGIC1, 0, LINUX_REBOOT_CMD_CAD_OFF}},
    {.name = "swapon", .run = call_kernel, .value = SYS_swapon, .operands = {TEXT("/hostile-none")}},
    {.name = "swapoff", .run = call_kernel, .value = SYS_swapoff, .operands = {TEXT("/hostile-none")}},
    {.name = "acct", .run = call_kernel, .value = SYS_acct, .operands = {TEXT("/hostile-none")}},
    {.name = "quotactl", .run = call_kernel, .value = SYS_quotactl, .operands = {0x80000700, TEXT("/hostile-none")}},
    {.name = "vhangup", .run = call_kernel, .value = SYS_vhangup},
    {.name = "fanotify", .run = call_kernel, .value = SYS_fanotify_init},
    {.name = "inotify", .run = call_kernel, .value = SYS_inotify_init1},
    {.name = "memfd-secret", .run = call_kernel, .value = 447},
    {.name = "move-pages", .run = call_kernel, .value = SYS_move_pages, .operands = {1}},
    {.name = "migrate-pages", .run = call_kernel, .value = SYS_migrate_pages, .operands = {1, 0, 0, 0}},
    {.name = "mbind", .run = call_kernel, .value = SYS_mbind},
    {.name = "get-robust-list", .run = call_kernel, .value = SYS_get_robust_list, .operands = {1}},
    {.name = "process-madvise", .run = call_kernel, .value = SYS_process_madvise, .operands = {(uintptr_t)-1}},
    {.name = "landlock-create", .run = call_kernel, .value = 444, .operands = {0, 0, 1}},
    {.name = "mq-open", .run = call_kernel, .value = SYS_mq_open, .operands = {TEXT("hostile"), 0}},
    {.name = "msgget", .run = call_kernel, .value = SYS_msgget, .operands = {0x686F7374, 0}},
    {.name = "semget", .run = call_kernel, .value = SYS_semget, .operands = {0x686F7374, 0, 0}},
    {.name = "pkey-alloc", .run = call_kernel, .value = SYS_pkey_alloc},
    {.name = "sync", .run = call_kernel, .value = SYS_sync},
#ifdef SYS_iopl
    {.name = "iopl", .run = call_kernel, .value = SYS_iopl, .operands = {3}},
    {.name = "ioperm", .run = call_kernel, .value = SYS_ioperm, .operands = {0x80, 1, 1}},
#endif
    {0},
};
