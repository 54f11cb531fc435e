// Files and the log, filled.

#include "hostile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long fill_folder(const char *folder, long wanted, struct report *report) {
    static char block[1 << 20];
    memset(block, 1, sizeof block);
    char path[512];
    snprintf(path, sizeof path, "%s/hostile-%d", folder, getpid());
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0) unlink(path);
    else descriptor = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        report->error = errno;
        return 0;
    }
    long written = 0;
    while (written < wanted) {
        const ssize_t count = write(descriptor, block, sizeof block);
        if (count < 0) report->error = errno;
        if (count <= 0) break;
        written += count;
    }
    close(descriptor);
    say(report, "%s: %ld KiB%s ", folder, written >> 10, written < wanted ? ", then no more" : "");
    publish(report);
    return written;
}

// The file has no name while it grows, and is gone when this process is.
static enum outcome fill_disk(const struct arguments *arguments, struct report *report) {
    const char *hint = word(arguments, 0, getenv("HOME"));
    const long wanted = number(arguments, 1, 64) << 20;
    long written = hint ? fill_folder(hint, wanted, report) : 0;
    for (int index = 0; likely_places[index]; index++) written += fill_folder(likely_places[index], wanted, report);
    return written > 0 ? outcome_done : outcome_refused;
}

// One file of no size after another: they take the file system's table of files.
static enum outcome fill_names(const struct arguments *arguments, struct report *report) {
    char path[300], name[340];
    const int descriptor = create_somewhere(word(arguments, 0, NULL), 0600, path, sizeof path);
    if (descriptor < 0) return refused(report, "no folder takes a file");
    const long wanted = number(arguments, 1, 10000);
    long made = 0;
    for (; made < wanted; made++) {
        snprintf(name, sizeof name, "%s-%ld", path, made);
        const int next = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (next < 0) break;
        close(next);
    }
    const int error = errno;
    for (long index = 0; index < made; index++) {
        snprintf(name, sizeof name, "%s-%ld", path, index);
        unlink(name);
    }
    unlink(path);
    say(report, "%ld files; ", made);
    errno = error;
    return made < wanted ? refused(report, "the next") : outcome_done;
}

static enum outcome settle_log(bool sent, long count, const char *what, struct report *report) {
    say(report, "%ld %s; ", count, what);
    return sent ? outcome_done : refused(report, "write");
}

static enum outcome fill_log(const struct arguments *arguments, struct report *report) {
    const long wanted = number(arguments, 0, 1000), length = number(arguments, 1, 80);
    char line[9000];
    bool sent = true;
    long count = 0;
    while (sent && count < wanted) {
        const int head = snprintf(line, sizeof line, "hostile line %ld ", count);
        const size_t size = length > head && length < (long)sizeof line ? (size_t)length : (size_t)head;
        memset(line + head, 'x', size - (size_t)head);
        line[size] = '\n';
        sent = send_all(2, line, size + 1);
        if (sent) count++;
    }
    return settle_log(sent, count, "lines", report);
}

// One line that does not end: a reader that waits for its end keeps all of it.
static enum outcome log_without_end(const struct arguments *arguments, struct report *report) {
    const long wanted = number(arguments, 0, 16) << 20;
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    long count = 0;
    bool sent = true;
    while (sent && count < wanted) {
        sent = send_all(2, block, sizeof block);
        if (sent) count += (long)sizeof block;
    }
    return settle_log(sent, count, "bytes without a line break", report);
}

// What would hide or forge lines on a terminal or in a file of JSON lines.
static enum outcome forge_log(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    static const char text[] = "hostile \x1B[2J\x1B[31mred\x1B]0;title\x07 \"} ,"
                               "{\"level\":\"critical\",\"message\":\"forged\"}\r"
                               "overwritten \xFF\xFE\xC0\x80 \xE2\x80\xAE reversed \0 zero\n"
                               "2020-01-01T00:00:00Z critical hearth: forged line\n";
    return settle_log(send_all(2, text, sizeof text - 1), (long)sizeof text - 1, "bytes", report);
}

const struct attempt storage_attempts[] = {
    {.name = "fill-disk", .run = fill_disk, .limit_milliseconds = 60000},
    {.name = "fill-names", .run = fill_names, .limit_milliseconds = 30000},
    {.name = "fill-log", .run = fill_log, .limit_milliseconds = 60000},
    {.name = "log-without-end", .run = log_without_end, .limit_milliseconds = 30000},
    {.name = "forge-log", .run = forge_log},
    {0},
};
