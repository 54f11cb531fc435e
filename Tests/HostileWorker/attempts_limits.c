// Limits and scheduling: a greater share of the machine than was given.

#include "hostile.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct named_limit {
    const char *name;
    int resource;
};

static const struct named_limit limits[] = {
    {"NOFILE", RLIMIT_NOFILE}, {"NPROC", RLIMIT_NPROC}, {"AS", RLIMIT_AS},           {"FSIZE", RLIMIT_FSIZE},
    {"CORE", RLIMIT_CORE},     {"CPU", RLIMIT_CPU},     {"MEMLOCK", RLIMIT_MEMLOCK}, {"DATA", RLIMIT_DATA},
    {"MSGQUEUE", RLIMIT_MSGQUEUE}, {"SIGPENDING", RLIMIT_SIGPENDING}, {"RTPRIO", RLIMIT_RTPRIO}, {"NICE", RLIMIT_NICE},
};

static void say_limit(const char *name, const struct rlimit *limit, struct report *report) {
    if (limit->rlim_max == RLIM_INFINITY) say(report, "%s=unlimited", name);
    else say(report, "%s=%llu", name, (unsigned long long)limit->rlim_max);
}

// The hard limits, and whether one of them can be raised.
static enum outcome raise_limits(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    int raised = 0;
    report->error = EPERM;
    for (size_t index = 0; index < sizeof limits / sizeof *limits; index++) {
        struct rlimit limit;
        if (getrlimit(limits[index].resource, &limit) < 0) {
            report->error = errno;
            say(report, "%s:%s ", limits[index].name, strerror(errno));
            continue;
        }
        say_limit(limits[index].name, &limit, report);
        if (limit.rlim_max == RLIM_INFINITY) {
            say(report, " ");
            continue;
        }
        limit.rlim_max++;
        const int result = setrlimit(limits[index].resource, &limit);
        if (result == 0) raised++;
        else report->error = errno;
        say(report, "%s ", result == 0 ? ":raised" : "");
    }
    return raised > 0 ? outcome_done : outcome_refused;
}

static enum outcome raise_priority(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int before = getpriority(PRIO_PROCESS, 0);
    if (setpriority(PRIO_PROCESS, 0, -20) < 0) return refused(report, "setpriority");
    const int after = getpriority(PRIO_PROCESS, 0);
    say(report, "was %d, is %d", before, after);
    return after < before ? outcome_done : outcome_contained;
}

static enum outcome schedule_first(const struct arguments *arguments, struct report *report) {
    const struct sched_param parameters = {.sched_priority = 50};
    return settle(report, sched_setscheduler(0, (int)arguments->attempt->value, &parameters), "sched_setscheduler");
}

static enum outcome schedule_by_deadline(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } request = {.size = sizeof request, .policy = 6, .runtime = 1000000, .deadline = 100000000, .period = 100000000};
    return settle(report, syscall(SYS_sched_setattr, 0, &request, 0), "sched_setattr");
}

static enum outcome take_all_processors(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    cpu_set_t before, all, after;
    if (sched_getaffinity(0, sizeof before, &before) < 0) return refused(report, "sched_getaffinity");
    memset(&all, 0xFF, sizeof all);
    if (sched_setaffinity(0, sizeof all, &all) < 0) return refused(report, "sched_setaffinity");
    sched_getaffinity(0, sizeof after, &after);
    say(report, "had %d processors, has %d", CPU_COUNT(&before), CPU_COUNT(&after));
    return CPU_COUNT(&after) > CPU_COUNT(&before) ? outcome_done : outcome_contained;
}

static enum outcome raise_io_priority(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    return settle(report, syscall(SYS_ioprio_set, 1, 0, 1 << 13), "ioprio_set, real time");
}

static enum outcome lock_memory(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0) return refused(report, "mlockall");
    const size_t size = 64 << 20;
    void *memory = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return settle(report, memory == MAP_FAILED ? -1 : 0, "64 MiB");
}

static enum outcome change_personality(const struct arguments *arguments, struct report *report) {
    return settle(report, personality((unsigned long)arguments->attempt->value), "personality");
}

const struct attempt limit_attempts[] = {
    {.name = "raise-limits", .run = raise_limits},
    {.name = "setpriority", .run = raise_priority},
    {.name = "sched-fifo", .run = schedule_first, .value = SCHED_FIFO},
    {.name = "sched-rr", .run = schedule_first, .value = SCHED_RR},
    {.name = "sched-deadline", .run = schedule_by_deadline},
    {.name = "sched-affinity", .run = take_all_processors},
    {.name = "ioprio", .run = raise_io_priority},
    {.name = "mlockall", .run = lock_memory},
    {.name = "personality-no-randomize", .run = change_personality, .value = ADDR_NO_RANDOMIZE},
    {.name = "personality-read-implies-exec", .run = change_personality, .value = READ_IMPLIES_EXEC},
    {.name = "personality-linux32", .run = change_personality, .value = PER_LINUX32},
    {0},
};
