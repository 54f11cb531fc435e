// Answers that HTTP does not allow, or that no caller wants.

#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char ok_head[] = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";

static bool send_block(int connection) {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    return send_all(connection, block, sizeof block);
}

static enum outcome answer_hugely(const struct arguments *arguments, struct report *report) {
    (void)report;
    const long size = number(arguments, 0, 64) << 20;
    char length[64];
    snprintf(length, sizeof length, "content-length: %ld\r\n\r\n", size);
    bool sent = send_text(arguments->connection, ok_head) && send_text(arguments->connection, length);
    for (long count = 0; sent && count < size; count += 1 << 16) sent = send_block(arguments->connection);
    return outcome_hung_up;
}

static enum outcome answer_endlessly(const struct arguments *arguments, struct report *report) {
    (void)report;
    bool sent = send_text(arguments->connection, ok_head) &&
                send_text(arguments->connection, "transfer-encoding: chunked\r\n\r\n");
    while (sent)
        sent = send_text(arguments->connection, "10000\r\n") && send_block(arguments->connection) &&
               send_text(arguments->connection, "\r\n");
    return outcome_hung_up;
}

static enum outcome answer_head_endlessly(const struct arguments *arguments, struct report *report) {
    (void)report;
    bool sent = send_text(arguments->connection, ok_head);
    while (sent) sent = send_text(arguments->connection, "x-hostile: ") && send_block(arguments->connection) &&
                        send_text(arguments->connection, "\r\n");
    return outcome_hung_up;
}

static enum outcome answer_provisionally(const struct arguments *arguments, struct report *report) {
    (void)report;
    while (send_text(arguments->connection, "HTTP/1.1 102 Processing\r\n\r\n")) continue;
    return outcome_hung_up;
}

// One byte at a time, so that a limit on idle time alone does not see it.
static enum outcome answer_drop_by_drop(const struct arguments *arguments, struct report *report) {
    (void)report;
    const long pause = number(arguments, 0, 200);
    bool sent = send_text(arguments->connection, ok_head) &&
                send_text(arguments->connection, "content-length: 1000000\r\n\r\n");
    while (sent) {
        sent = send_text(arguments->connection, "x");
        sleep_milliseconds(pause);
    }
    return outcome_hung_up;
}

static enum outcome answer_and_die(const struct arguments *arguments, struct report *report) {
    (void)report;
    send_text(arguments->connection, ok_head);
    send_text(arguments->connection, "content-length: 1000\r\n\r\nhalf of it");
    // Gives what was sent time to arrive, so that the half answer is really seen.
    sleep_milliseconds(100);
    _exit(1);
}

// An open connection lets the bytes that follow the answer poison the next one; a closed one lets the host see that
// something is missing.
enum { stays_open = 1 };

// Answers that are the same bytes every time.
static const char *const fixed_answers[] = {
    "\x16\x03\x01 garbage \xFF\xFE\n\n\x01\x02 not HTTP at all\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nshort",
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirstHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecond",
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"
    "content-length: 7\r\n\r\nsmuggle",
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\nfirst",
    "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: hostile\r\nconnection: upgrade\r\n\r\nraw bytes",
    "HTTP/1.1 200 OK\r\nx-request-id: forged\r\nset-cookie: hostile=1\r\nserver-timing: forged;dur=1\r\n"
    "access-control-allow-origin: *\r\nstrict-transport-security: max-age=1\r\nserver: hostile\r\n"
    "x-hearth-revision: forged\r\nconnection: close, x-request-id\r\ncontent-length: 2\r\n\r\nok",
    "HTTP/1.1 999 Hostile\r\ncontent-length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nx-bare: a\nb\rc\r\n folded: line\r\nx-zero: \x01\r\ncontent-length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nlocation: http://127.0.0.1:1/\r\ncontent-encoding: gzip\r\ncontent-length: 8\r\n\r\nnot gzip",
};

static enum outcome answer_with_fixed(const struct arguments *arguments, struct report *report) {
    (void)report;
    send_text(arguments->connection, fixed_answers[arguments->attempt->value]);
    return arguments->attempt->operands[0] == stays_open ? outcome_answered : outcome_hung_up;
}

const struct attempt answer_attempts[] = {
    {.name = "huge-answer", .run = answer_hugely, .in_worker = true},
    {.name = "endless-answer", .run = answer_endlessly, .in_worker = true},
    {.name = "endless-head", .run = answer_head_endlessly, .in_worker = true},
    {.name = "endless-provisional", .run = answer_provisionally, .in_worker = true},
    {.name = "drop-by-drop", .run = answer_drop_by_drop, .in_worker = true},
    {.name = "half-answer-then-die", .run = answer_and_die, .in_worker = true},
    {.name = "bad-http", .run = answer_with_fixed, .in_worker = true, .value = 0},
    {.name = "short-answer", .run = answer_with_fixed, .in_worker = true, .value = 1},
    {.name = "two-answers", .run = answer_with_fixed, .in_worker = true, .value = 2, .operands = {stays_open}},
    {.name = "length-and-chunks", .run = answer_with_fixed, .in_worker = true, .value = 3, .operands = {stays_open}},
    {.name = "two-lengths", .run = answer_with_fixed, .in_worker = true, .value = 4},
    {.name = "negative-length", .run = answer_with_fixed, .in_worker = true, .value = 5},
    {.name = "huge-chunk", .run = answer_with_fixed, .in_worker = true, .value = 6},
    {.name = "switch-protocols", .run = answer_with_fixed, .in_worker = true, .value = 7, .operands = {stays_open}},
    {.name = "forged-headers", .run = answer_with_fixed, .in_worker = true, .value = 8, .operands = {stays_open}},
    {.name = "odd-status", .run = answer_with_fixed, .in_worker = true, .value = 9, .operands = {stays_open}},
    {.name = "broken-headers", .run = answer_with_fixed, .in_worker = true, .value = 10, .operands = {stays_open}},
    {.name = "false-encoding", .run = answer_with_fixed, .in_worker = true, .value = 11, .operands = {stays_open}},
    {0},
};
