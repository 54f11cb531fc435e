// More of the machine than one worker should have: processes, threads, memory, time, descriptors.

#include "hostile.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { crowd_limit = 5000 };

static enum outcome settle_crowd(long count, long wanted, const char *what, struct report *report) {
    const int error = errno;
    say(report, "%ld %s; ", count, what);
    errno = error;
    return count < wanted ? refused(report, "the next") : outcome_done;
}

// Every child waits for the end of a pipe: they all go when this process does, even where nobody may signal them.
static enum outcome bomb_with_forks(const struct arguments *arguments, struct report *report) {
    static pid_t children[crowd_limit];
    long wanted = number(arguments, 0, crowd_limit);
    if (wanted > crowd_limit) wanted = crowd_limit;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return refused(report, "pipe2");
    long count = 0;
    int error = 0;
    while (count < wanted) {
        const pid_t child = fork();
        if (child < 0) error = errno;
        if (child < 0) break;
        if (child == 0) {
            char byte;
            close(ends[1]);
            alarm(60);
            _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
        }
        children[count++] = child;
    }
    close(ends[1]);
    for (long index = 0; index < count; index++) kill(children[index], SIGKILL);
    for (long index = 0; index < count; index++) waitpid(children[index], NULL, 0);
    errno = error;
    return settle_crowd(count, wanted, "processes", report);
}

static void *wait_for_end(void *pipe) {
    char byte;
    const ssize_t count = read((int)(intptr_t)pipe, &byte, 1);
    (void)count;
    return NULL;
}

static enum outcome bomb_with_threads(const struct arguments *arguments, struct report *report) {
    static pthread_t threads[crowd_limit];
    long wanted = number(arguments, 0, crowd_limit);
    if (wanted > crowd_limit) wanted = crowd_limit;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return refused(report, "pipe2");
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    long count = 0;
    int error = 0;
    while (count < wanted && error == 0) {
        error = pthread_create(&threads[count], &attributes, wait_for_end, (void *)(intptr_t)ends[0]);
        if (error == 0) count++;
    }
    close(ends[1]);
    for (long index = 0; index < count; index++) pthread_join(threads[index], NULL);
    close(ends[0]);
    errno = error;
    return settle_crowd(count, wanted, "threads", report);
}

static enum outcome eat_steps(const struct arguments *arguments, struct report *report) {
    const long wanted = number(arguments, 0, 1024), step = 4;
    for (long eaten = 0; eaten < wanted; eaten += step) {
        const size_t size = (size_t)step << 20;
        char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return refused(report, "mmap");
        for (size_t offset = 0; offset < size; offset += 4096) memory[offset] = (char)(offset / 4096 + 1);
        report->detail[0] = 0;
        say(report, "ate %ld MiB; ", eaten + step);
        publish(report);
    }
    return outcome_done;
}

static enum outcome eat_memory(const struct arguments *arguments, struct report *report) {
    if (strcmp(word(arguments, 1, ""), "self") == 0) return eat_steps(arguments, report);
    const struct attempt in_child = {.name = "eat-memory", .run = eat_steps, .limit_milliseconds = 30000};
    struct arguments child_arguments = *arguments;
    child_arguments.attempt = &in_child;
    report->ran_in_worker = false;
    return run_in_child(&child_arguments, report);
}

// Memory that belongs to a file and not to a process: limits on address space do not count it.
static enum outcome fill_memory_file(const struct arguments *arguments, struct report *report) {
    const long wanted = number(arguments, 0, 256);
    const int descriptor = (int)syscall(SYS_memfd_create, "hostile", 1);
    if (descriptor < 0) return refused(report, "memfd_create");
    static char block[1 << 20];
    memset(block, 1, sizeof block);
    for (long written = 0; written < wanted; written++) {
        if (!send_all(descriptor, block, sizeof block)) return refused(report, "write");
        report->detail[0] = 0;
        say(report, "wrote %ld MiB; ", written + 1);
        publish(report);
    }
    return outcome_done;
}

// The same with the buffers of pipes, in the kernel's memory.
static enum outcome fill_pipes(const struct arguments *arguments, struct report *report) {
    const long wanted = number(arguments, 0, 256);
    static char block[1 << 20];
    long kept = 0;
    int ends[2];
    while (kept < wanted << 20 && pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
        fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
        const ssize_t count = write(ends[1], block, sizeof block);
        if (count > 0) kept += count;
    }
    say(report, "pipes hold %ld KiB; ", kept >> 10);
    return kept < wanted << 20 ? refused(report, "the next") : outcome_done;
}

static enum outcome fill_descriptors(const struct arguments *arguments, struct report *report) {
    const long wanted = number(arguments, 0, 1000000);
    const int source = open("/", O_PATH | O_CLOEXEC);
    long count = 0;
    int last = source;
    while (count < wanted && (last = dup(source < 0 ? 0 : source)) >= 0) count++;
    const int error = errno;
    say(report, "%ld descriptors; ", count);
    errno = error;
    return last < 0 ? refused(report, "the next") : outcome_done;
}

// Detached, so that the answer comes at once and the burning goes on after it.
static enum outcome spin(const struct arguments *arguments, struct report *report) {
    const long seconds = number(arguments, 0, 5), count = number(arguments, 1, 1);
    long started = 0;
    for (; started < count; started++) {
        const pid_t child = fork();
        if (child < 0) break;
        if (child > 0) continue;
        for (int descriptor = 0; descriptor < 1024; descriptor++) close(descriptor);
        const int64_t end = now_milliseconds() + seconds * 1000;
        while (now_milliseconds() < end) continue;
        _exit(0);
    }
    return settle_crowd(started, count, "processes burn", report);
}

const struct attempt resource_attempts[] = {
    {.name = "fork-bomb", .run = bomb_with_forks, .limit_milliseconds = 30000},
    {.name = "thread-bomb", .run = bomb_with_threads, .limit_milliseconds = 30000},
    {.name = "eat-memory", .run = eat_memory, .in_worker = true},
    {.name = "fill-memfd", .run = fill_memory_file, .limit_milliseconds = 30000},
    {.name = "fill-pipes", .run = fill_pipes, .limit_milliseconds = 30000},
    {.name = "fill-descriptors", .run = fill_descriptors, .limit_milliseconds = 30000},
    {.name = "spin-cpu", .run = spin},
    {0},
};
