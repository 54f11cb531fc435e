// Runs an attempt in a process of its own, so that what kills the attempt does not kill the worker.

#include "hostile.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int report_pipe = -1;

void publish(const struct report *report) {
    if (report_pipe < 0) return;
    const ssize_t count = write(report_pipe, report, sizeof *report);
    (void)count;
}

static unsigned limit_of(const struct attempt *attempt) {
    return attempt->limit_milliseconds ? attempt->limit_milliseconds : 3000;
}

_Noreturn static void be_child(const struct arguments *arguments, int pipe) {
    report_pipe = pipe;
    signal(SIGTERM, SIG_DFL);
    close_connections();
    // Ends the child where the sandbox does not let the worker kill it.
    alarm(limit_of(arguments->attempt) / 1000 + 2);
    struct report report = {0};
    report.outcome = arguments->attempt->run(arguments, &report);
    report.is_final = true;
    publish(&report);
    _exit(0);
}

struct watch {
    pid_t child;
    int pipe;
    struct report incoming;
    size_t incoming_count;
    bool pipe_ended;
    bool has_status;
    int status;
};

// Keeps the newest whole report. False when there was nothing to read.
static bool receive(struct watch *watch, struct report *report) {
    char *next = (char *)&watch->incoming + watch->incoming_count;
    const ssize_t count = read(watch->pipe, next, sizeof watch->incoming - watch->incoming_count);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) watch->pipe_ended = true;
    if (count <= 0) return false;
    watch->incoming_count += (size_t)count;
    if (watch->incoming_count < sizeof watch->incoming) return true;
    *report = watch->incoming;
    watch->incoming_count = 0;
    return true;
}

static void follow(struct watch *watch, int64_t deadline, struct report *report) {
    while (!report->is_final && !watch->pipe_ended && now_milliseconds() < deadline) {
        struct pollfd item = {.fd = watch->pipe, .events = POLLIN};
        if (poll(&item, 1, 20) > 0) {
            receive(watch, report);
        } else if (!watch->has_status) {
            // A grandchild may hold the pipe open after the child's end.
            watch->has_status = waitpid(watch->child, &watch->status, WNOHANG) == watch->child;
            if (watch->has_status) return;
        }
    }
}

// An exec closes the pipe too, so the child gets a moment to end by itself.
static void end_child(struct watch *watch, int64_t grace_milliseconds) {
    int64_t deadline = now_milliseconds() + grace_milliseconds;
    bool killed = false;
    while (!watch->has_status) {
        const pid_t result = waitpid(watch->child, &watch->status, WNOHANG);
        if (result == watch->child) watch->has_status = true;
        if (result != 0) return;
        if (now_milliseconds() >= deadline) {
            if (killed) return;
            killed = true;
            deadline = now_milliseconds() + 500;
            kill(watch->child, SIGKILL);
        }
        sleep_milliseconds(killed ? 20 : 1);
    }
}

// Details are said piece by piece, and the last piece may have been meant to go on.
static void trim(struct report *report) {
    size_t length = strlen(report->detail);
    while (length > 0 && strchr("; ", report->detail[length - 1])) report->detail[--length] = 0;
}

static enum outcome judge(const struct watch *watch, bool timed_out, struct report *report) {
    trim(report);
    const char *before = report->detail[0] ? "; " : "";
    if (timed_out) {
        say(report, "%sstopped after its time limit", before);
    } else if (!watch->has_status) {
        say(report, "%sended without a report", before);
    } else if (WIFSIGNALED(watch->status)) {
        const int signal = WTERMSIG(watch->status);
        say(report, "%skilled by signal %d (%s)", before, signal, strsignal(signal));
    } else {
        // A child that is still this program reports before it exits, so this one is another program by now.
        say(report, "%sthe program that it started ran and exited with %d", before, WEXITSTATUS(watch->status));
        return outcome_done;
    }
    return outcome_contained;
}

enum { noticed_descriptors = 4096 };

// Not what came in meanwhile: other threads may serve on.
static void close_new(const bool *was_open) {
    // Looks far, for an attempt may have filled the whole table.
    for (int descriptor = 0; descriptor < 1 << 20; descriptor++) {
        if (is_connection(descriptor) || (descriptor < noticed_descriptors && was_open[descriptor])) continue;
        if (close(descriptor) < 0 && descriptor > noticed_descriptors && errno == EBADF) return;
    }
}

// A child's descriptors go with it; without a child they are put away here, or the worker runs out of them.
static enum outcome run_without_child(const struct arguments *arguments, struct report *report) {
    static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
    bool was_open[noticed_descriptors];
    pthread_mutex_lock(&turn);
    for (int descriptor = 0; descriptor < noticed_descriptors; descriptor++)
        was_open[descriptor] = fcntl(descriptor, F_GETFD) >= 0;
    report->ran_in_worker = true;
    const enum outcome outcome = arguments->attempt->run(arguments, report);
    close_new(was_open);
    pthread_mutex_unlock(&turn);
    return outcome;
}

enum outcome run_in_child(const struct arguments *arguments, struct report *report) {
    int ends[2];
    const bool has_pipe = pipe2(ends, O_CLOEXEC) == 0;
    const pid_t child = has_pipe ? fork() : -1;
    if (child == 0) {
        close(ends[0]);
        be_child(arguments, ends[1]);
    }
    if (has_pipe) close(ends[1]);
    if (child < 0) {
        if (has_pipe) close(ends[0]);
        return run_without_child(arguments, report);
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    struct watch watch = {.child = child, .pipe = ends[0]};
    const int64_t deadline = now_milliseconds() + limit_of(arguments->attempt);
    follow(&watch, deadline, report);
    while (watch.has_status && !report->is_final && receive(&watch, report)) continue;
    const bool timed_out = !report->is_final && !watch.has_status && !watch.pipe_ended;
    end_child(&watch, timed_out ? 0 : 1000);
    close(ends[0]);
    return report->is_final ? report->outcome : judge(&watch, timed_out, report);
}

enum outcome run_attempt(const struct arguments *arguments, struct report *report) {
    if (arguments->attempt->in_worker) {
        report->ran_in_worker = true;
        report->outcome = arguments->attempt->run(arguments, report);
    } else {
        report->outcome = run_in_child(arguments, report);
    }
    trim(report);
    return report->outcome;
}
