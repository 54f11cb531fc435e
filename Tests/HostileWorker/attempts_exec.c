// Programs that nobody deployed. An attempt that succeeds replaces the child, which then exits without a report, and that
// is the proof. Where the worker may have no child, it replaces the worker, and its clients see it go.

#include "hostile.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *const no_environment[] = {NULL};

static enum outcome run(const char *path, char *const words[], struct report *report) {
    execve(path, words, no_environment);
    return refused(report, path);
}

static enum outcome run_shell(const struct arguments *arguments, struct report *report) {
    static const char *const shells[] = {"/bin/sh", "/bin/bash", "/bin/busybox", "/usr/bin/sh", "/usr/bin/python3"};
    const char *path = word(arguments, 0, NULL);
    char *const words[] = {"sh", "-c", "exit 42", NULL};
    if (path) return run(path, words, report);
    enum outcome outcome = outcome_refused;
    for (size_t index = 0; index < sizeof shells / sizeof *shells; index++) {
        if (index > 0) say(report, "; ");
        outcome = run(shells[index], words, report);
    }
    return outcome;
}

static enum outcome run_self(const struct arguments *arguments, struct report *report) {
    char *const words[] = {"hostile", "--prove", NULL};
    return run(word(arguments, 0, own_path()), words, report);
}

static int write_program(int descriptor) {
    unsigned char program[512];
    const size_t size = build_tiny_program(program, sizeof program);
    return send_all(descriptor, program, size) ? 0 : -1;
}

// From memory, by the descriptor and then by its name in /proc.
static enum outcome run_from_memory(const struct arguments *arguments, struct report *report) {
    const unsigned flags = (unsigned)arguments->attempt->value;
    const int descriptor = (int)syscall(SYS_memfd_create, "hostile", flags);
    if (descriptor < 0) return refused(report, "memfd_create");
    if (write_program(descriptor) < 0) return refused(report, "write");
    char *const words[] = {"hostile", NULL};
    syscall(SYS_execveat, descriptor, "", words, no_environment, AT_EMPTY_PATH);
    refused(report, "execveat");
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    say(report, "; ");
    return run(path, words, report);
}

static enum outcome run_script_from_memory(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int descriptor = (int)syscall(SYS_memfd_create, "hostile", 0);
    if (descriptor < 0) return refused(report, "memfd_create");
    if (!send_text(descriptor, "#!/bin/sh\nexit 42\n")) return refused(report, "write");
    char *const words[] = {"hostile", NULL};
    syscall(SYS_execveat, descriptor, "", words, no_environment, AT_EMPTY_PATH);
    return refused(report, "execveat");
}

// A file that the worker wrote, in any folder that takes one. A name is needed, for a file open to write is busy.
static enum outcome run_from_file(const struct arguments *arguments, struct report *report) {
    char path[256];
    const int descriptor = create_somewhere(word(arguments, 0, NULL), 0700, path, sizeof path);
    if (descriptor < 0) return refused(report, "no folder takes a file");
    say(report, "wrote %s; ", path);
    publish(report);
    const int written = write_program(descriptor);
    fchmod(descriptor, 0700);
    const int reader = open(path, O_PATH | O_CLOEXEC);
    close(descriptor);
    // The file must be gone afterwards, whatever happens: it is run by its descriptor.
    unlink(path);
    if (written < 0) return refused(report, "write");
    char *const words[] = {"hostile", NULL};
    syscall(SYS_execveat, reader, "", words, no_environment, AT_EMPTY_PATH);
    return refused(report, "execveat");
}

// The dynamic loader maps a program without execve, and so gets round a rule about execve alone.
static enum outcome run_by_loader(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    static const char *const loaders[] = {
        "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1"};
    char *const words[] = {"ld", "--version", NULL};
    enum outcome outcome = outcome_refused;
    for (size_t index = 0; index < sizeof loaders / sizeof *loaders; index++) {
        if (index > 0) say(report, "; ");
        outcome = run(loaders[index], words, report);
    }
    return outcome;
}

const struct attempt exec_attempts[] = {
    {.name = "exec-shell", .run = run_shell},
    {.name = "exec-self", .run = run_self},
    {.name = "exec-self-copy", .run = run_from_file},
    {.name = "exec-loader", .run = run_by_loader},
    {.name = "memfd-exec", .run = run_from_memory, .value = 0},
    {.name = "memfd-exec-flag", .run = run_from_memory, .value = 0x10},
    {.name = "memfd-exec-script", .run = run_script_from_memory},
    {0},
};
