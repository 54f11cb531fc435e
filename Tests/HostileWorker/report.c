// What an attempt says about itself, and the JSON that carries it.

#include "hostile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void say(struct report *report, const char *format, ...) {
    const size_t used = strlen(report->detail);
    va_list values;
    va_start(values, format);
    vsnprintf(report->detail + used, sizeof report->detail - used, format, values);
    va_end(values);
}

void say_hex(struct report *report, const void *bytes, size_t count) {
    const unsigned char *byte = bytes;
    for (size_t index = 0; index < count; index++) say(report, "%02x", byte[index]);
}

enum outcome refused(struct report *report, const char *what) {
    report->error = errno;
    say(report, "%s: %s", what, strerror(report->error));
    return outcome_refused;
}

enum outcome settle(struct report *report, long result, const char *what) {
    if (result < 0) return refused(report, what);
    say(report, "%s: succeeded with %ld", what, result);
    return outcome_done;
}

bool is_denial(int error) { return error == EPERM || error == EACCES || error == ENOSYS; }

enum outcome settle_permission(struct report *report, long result, const char *what) {
    if (result >= 0 || is_denial(errno)) return settle(report, result, what);
    refused(report, what);
    say(report, " (it was let in)");
    return outcome_done;
}

enum outcome misused(struct report *report, const char *usage) {
    say(report, "usage: %s", usage);
    return outcome_misused;
}

const char *word(const struct arguments *arguments, int index, const char *otherwise) {
    return index < arguments->count ? arguments->words[index] : otherwise;
}

long number(const struct arguments *arguments, int index, long otherwise) {
    const char *text = word(arguments, index, NULL);
    return text ? strtol(text, NULL, 0) : otherwise;
}

static size_t write_text(char *out, size_t capacity, const char *text) {
    size_t used = 0;
    for (; *text && used + 7 < capacity; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\')
            used += (size_t)snprintf(out + used, capacity - used, "\\u%04x", byte);
        else
            out[used++] = (char)byte;
    }
    out[used] = 0;
    return used;
}

static const char *outcome_name(enum outcome outcome) {
    switch (outcome) {
    case outcome_done: return "done";
    case outcome_refused: return "refused";
    case outcome_contained: return "contained";
    case outcome_untried: return "untried";
    case outcome_misused: return "misused";
    case outcome_answered: return "answered";
    case outcome_hung_up: return "hung up";
    }
    return "unknown";
}

size_t write_json(char *out, size_t capacity, const char *attempt, const struct report *report) {
    size_t used = (size_t)snprintf(out, capacity, "{\"attempt\":\"");
    used += write_text(out + used, 128, attempt);
    used += (size_t)snprintf(
        out + used, capacity - used, "\",\"outcome\":\"%s\",\"errno\":%d,\"in_child\":%s,\"detail\":\"",
        outcome_name(report->outcome), report->error, report->ran_in_worker ? "false" : "true");
    used += write_text(out + used, capacity - used - 4, report->detail);
    return used + (size_t)snprintf(out + used, capacity - used, "\"}\n");
}

int64_t now_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void sleep_milliseconds(int64_t milliseconds) {
    struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    while (nanosleep(&time, &time) < 0 && errno == EINTR) continue;
}
