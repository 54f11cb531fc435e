// Ending when it should not, not ending when it should, and leaving something behind.

#include "hostile.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static enum outcome ignore_sigterm(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    return settle(report, signal(SIGTERM, SIG_IGN) == SIG_ERR ? -1 : 0, "signal");
}

static enum outcome close_listener(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int descriptor = listener;
    listener = -1;
    return settle(report, close(descriptor), "close");
}

static enum outcome leave(const struct arguments *arguments, struct report *report) {
    (void)report;
    _exit((int)number(arguments, 0, 0));
}

static enum outcome crash(const struct arguments *arguments, struct report *report) {
    (void)report;
    const int number_of_signal = (int)number(arguments, 0, SIGSEGV);
    if (number_of_signal != SIGSEGV) raise(number_of_signal);
    // A real fault also works for process 1 of a namespace, which ignores signals to itself.
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
    abort();
}

static enum outcome hang(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    (void)report;
    while (pause() < 0) continue;
    return outcome_untried;
}

static enum outcome answer_slowly(const struct arguments *arguments, struct report *report) {
    const long milliseconds = number(arguments, 0, 1000);
    sleep_milliseconds(milliseconds);
    say(report, "slept %ld ms", milliseconds);
    return outcome_done;
}

// The kernel kills a worker whose host dies, unless the worker takes that back.
static enum outcome outlive_host(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    return settle(report, prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0), "prctl");
}

// A process that shares nothing with the worker any more; whoever ends the worker must end it too.
static enum outcome leave_orphan(const struct arguments *arguments, struct report *report) {
    const long seconds = number(arguments, 0, 60);
    int ends[2];
    if (pipe(ends) < 0) return refused(report, "pipe");
    const pid_t child = fork();
    if (child < 0) return refused(report, "fork");
    if (child > 0) {
        pid_t orphan = 0;
        close(ends[1]);
        const bool started = read(ends[0], &orphan, sizeof orphan) == sizeof orphan;
        close(ends[0]);
        errno = ECHILD;
        if (!started) return refused(report, "the orphan");
        say(report, "the orphan's process id here is %d", orphan);
        return outcome_done;
    }
    setsid();
    if (fork() != 0) _exit(0);
    const pid_t own = getpid();
    const ssize_t count = write(ends[1], &own, sizeof own);
    for (int descriptor = 0; descriptor < 1024; descriptor++) close(descriptor);
    for (int number_of_signal = 1; number_of_signal < NSIG; number_of_signal++) signal(number_of_signal, SIG_IGN);
    sleep_milliseconds(seconds * 1000);
    _exit(count > 0 ? 0 : 1);
}

const struct attempt life_attempts[] = {
    {.name = "ignore-sigterm", .run = ignore_sigterm, .in_worker = true},
    {.name = "close-3", .run = close_listener, .in_worker = true},
    {.name = "exit", .run = leave, .in_worker = true},
    {.name = "crash", .run = crash, .in_worker = true},
    {.name = "hang", .run = hang, .in_worker = true},
    {.name = "slow", .run = answer_slowly, .in_worker = true},
    {.name = "outlive-host", .run = outlive_host, .in_worker = true},
    {.name = "orphan", .run = leave_orphan},
    {0},
};
