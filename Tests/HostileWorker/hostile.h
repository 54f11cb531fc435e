#ifndef HOSTILE_H
#define HOSTILE_H

// A worker that keeps the worker contract and, when asked, tries to break out of its sandbox. Each request names one
// attempt; the answer says what the kernel did with it. Everything is harmless where it succeeds: a privileged call
// gets operands that change nothing, and addresses are loopback or UNIX ones.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

enum outcome {
    // The attack worked.
    outcome_done = 1,
    // The kernel said no; `error` says how.
    outcome_refused,
    // The process that tried was killed or stopped, or the call was accepted and gained nothing.
    outcome_contained,
    // Not tried, because it would do harm here.
    outcome_untried,
    // The request lacks an argument, or has one that is not allowed.
    outcome_misused,
    // The attempt has sent its own answer, and the connection stays for the next request.
    outcome_answered,
    // The same, and the connection ends.
    outcome_hung_up,
};

// At most PIPE_BUF bytes, so that a child's report arrives whole.
struct report {
    int error;
    enum outcome outcome;
    bool is_final;
    bool ran_in_worker;
    char detail[4000];
};
_Static_assert(sizeof(struct report) <= 4096, "a report fits into one atomic write");

enum { word_limit = 9 };

struct attempt;

struct arguments {
    const struct attempt *attempt;
    // The words after the attempt's name; NULL from `count` on.
    const char *words[word_limit];
    int count;
    // Where the request came from, for attempts that answer by themselves.
    int connection;
};

struct attempt {
    const char *name;
    enum outcome (*run)(const struct arguments *arguments, struct report *report);
    // For what is meant to hit the worker itself. All else runs in a forked child, whose fate is part of the report.
    bool in_worker;
    // 0 for three seconds.
    unsigned limit_milliseconds;
    // What makes this attempt differ from others with the same function: a flag, a system call's number, a family.
    long value;
    uintptr_t operands[6];
};

// One table a file, each ended by an attempt without a name.
extern const struct attempt file_attempts[], walk_attempts[], escape_attempts[], proc_attempts[];
extern const struct attempt descriptor_attempts[], socket_attempts[], unix_socket_attempts[], notify_attempts[];
extern const struct attempt process_attempts[], namespace_attempts[], mount_attempts[], privilege_attempts[];
extern const struct attempt limit_attempts[], kernel_attempts[], call_attempts[], exec_attempts[];
extern const struct attempt memory_attempts[], resource_attempts[], storage_attempts[], life_attempts[];
extern const struct attempt answer_attempts[];

const struct attempt *attempt_named(const char *name);
// The names as a JSON array.
size_t list_attempts(char *out, size_t capacity);

// The listening socket; -1 once it is closed.
extern int listener;
void serve_forever(void);
// Closes, in a child, what belongs to the worker's clients: a child that lives on must not hold a connection open.
void close_connections(void);
bool is_connection(int descriptor);

// Runs the attempt where its table says, in the worker itself where fork is refused.
enum outcome run_attempt(const struct arguments *arguments, struct report *report);
enum outcome run_in_child(const struct arguments *arguments, struct report *report);
// Where a child sends reports; -1 in the worker.
extern int report_pipe;
// Sends what is known so far, for a child that may not live to finish.
void publish(const struct report *report);
// What a program that an attempt started exits with, and what written code returns.
enum { proof_status = 42 };

// Appends to the detail; what does not fit is dropped.
__attribute__((format(printf, 2, 3))) void say(struct report *report, const char *format, ...);
void say_hex(struct report *report, const void *bytes, size_t count);
// Refused with the present errno.
enum outcome refused(struct report *report, const char *what);
// Done where the result is not negative.
enum outcome settle(struct report *report, long result, const char *what);
// Done unless the kernel denied it: an operand that the kernel finds wrong has passed the check that matters.
enum outcome settle_permission(struct report *report, long result, const char *what);
bool is_denial(int error);
enum outcome misused(struct report *report, const char *usage);
const char *word(const struct arguments *arguments, int index, const char *otherwise);
long number(const struct arguments *arguments, int index, long otherwise);
size_t write_json(char *out, size_t capacity, const char *attempt, const struct report *report);

int64_t now_milliseconds(void);
void sleep_milliseconds(int64_t milliseconds);

// A new file in the first folder that lets one be made, `hint` before all others; -1 with the last errno.
int create_somewhere(const char *hint, mode_t mode, char *path, size_t capacity);
extern const char *const likely_places[];
// The worker's own program file, as it was started.
const char *own_path(void);

// A whole program that exits with `proof_status`, in machine code; its size. And the same as a function's body.
size_t build_tiny_program(unsigned char *out, size_t capacity);
extern const unsigned char proof_code[];
extern const size_t proof_code_size;

bool send_all(int descriptor, const void *bytes, size_t count);
bool send_text(int descriptor, const char *text);

// A socket address from a path, or from `@` and a name of the abstract namespace; its size, 0 where it is too long.
struct sockaddr_un;
socklen_t unix_address(const char *name, struct sockaddr_un *address);

#endif
