// Code that is written while the worker runs. An attempt succeeds only when that code has run.

#include "hostile.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { page_size = 4096 };

static enum outcome call(void *code, struct report *report) {
    int (*function)(void);
    memcpy(&function, &code, sizeof function);
    publish(report);
    __builtin___clear_cache((char *)code, (char *)code + page_size);
    const int result = function();
    say(report, "the written code ran and returned %d", result);
    return result == proof_status ? outcome_done : outcome_contained;
}

static void *map(int protection) {
    return mmap(NULL, page_size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static enum outcome map_writable_and_executable(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    void *page = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    if (page == MAP_FAILED) return refused(report, "mmap");
    memcpy(page, proof_code, proof_code_size);
    return call(page, report);
}

static enum outcome make_executable(const struct arguments *arguments, struct report *report) {
    void *page = map(PROT_READ | PROT_WRITE);
    if (page == MAP_FAILED) return refused(report, "mmap");
    memcpy(page, proof_code, proof_code_size);
    const int protection = PROT_READ | PROT_EXEC | (int)arguments->attempt->value;
    if (mprotect(page, page_size, protection) < 0) return refused(report, "mprotect");
    return call(page, report);
}

// The same by a younger call that filters forget.
static enum outcome make_executable_by_key(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    void *page = map(PROT_READ | PROT_WRITE);
    if (page == MAP_FAILED) return refused(report, "mmap");
    memcpy(page, proof_code, proof_code_size);
    if (syscall(SYS_pkey_mprotect, page, page_size, PROT_READ | PROT_EXEC, -1) < 0)
        return refused(report, "pkey_mprotect");
    return call(page, report);
}

// An executable page of nothing is harmless until something can write to it.
static enum outcome map_executable(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    void *page = map(PROT_READ | PROT_EXEC);
    if (page == MAP_FAILED) return refused(report, "mmap");
    say(report, "mapped an executable page; ");
    publish(report);
    if (mprotect(page, page_size, PROT_READ | PROT_WRITE) == 0) memcpy(page, proof_code, proof_code_size);
    if (mprotect(page, page_size, PROT_READ | PROT_EXEC) == 0) return call(page, report);
    refused(report, "mprotect");
    return outcome_done;
}

static enum outcome run_data(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    void *page = map(PROT_READ | PROT_WRITE);
    if (page == MAP_FAILED) return refused(report, "mmap");
    memcpy(page, proof_code, proof_code_size);
    return call(page, report);
}

static enum outcome read_implies_execute(const struct arguments *arguments, struct report *report) {
    if (personality(READ_IMPLIES_EXEC) < 0) return refused(report, "personality");
    return run_data(arguments, report);
}

static enum outcome share_executable(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int segment = shmget(IPC_PRIVATE, page_size, IPC_CREAT | 0700);
    if (segment < 0) return refused(report, "shmget");
    void *writable = shmat(segment, NULL, 0);
    void *executable = shmat(segment, NULL, SHM_EXEC | SHM_RDONLY);
    const int error = errno;
    shmctl(segment, IPC_RMID, NULL);
    errno = error;
    if (writable == (void *)-1 || executable == (void *)-1) return refused(report, "shmat");
    memcpy(writable, proof_code, proof_code_size);
    return call(executable, report);
}

// Two views of one file: one to write, one to run.
static enum outcome map_twice(int descriptor, struct report *report) {
    if (ftruncate(descriptor, page_size) < 0) return refused(report, "ftruncate");
    void *writable = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (writable == MAP_FAILED) return refused(report, "mmap to write");
    memcpy(writable, proof_code, proof_code_size);
    void *executable = mmap(NULL, page_size, PROT_READ | PROT_EXEC, MAP_SHARED, descriptor, 0);
    if (executable == MAP_FAILED) executable = mmap(NULL, page_size, PROT_READ | PROT_EXEC, MAP_PRIVATE, descriptor, 0);
    if (executable == MAP_FAILED) return refused(report, "mmap to run");
    return call(executable, report);
}

static enum outcome map_memory_file(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int descriptor = (int)syscall(SYS_memfd_create, "hostile", 1);
    if (descriptor < 0) return refused(report, "memfd_create");
    return map_twice(descriptor, report);
}

static enum outcome map_written_file(const struct arguments *arguments, struct report *report) {
    char path[256];
    const int descriptor = create_somewhere(word(arguments, 0, NULL), 0700, path, sizeof path);
    if (descriptor < 0) return refused(report, "no folder takes a file");
    unlink(path);
    return map_twice(descriptor, report);
}

// A written page is moved to where an executable one was; its rights must move with it.
static enum outcome move_over_code(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    void *code = map(PROT_READ | PROT_EXEC);
    void *data = map(PROT_READ | PROT_WRITE);
    if (code == MAP_FAILED || data == MAP_FAILED) return refused(report, "mmap");
    memcpy(data, proof_code, proof_code_size);
    if (mremap(data, page_size, page_size, MREMAP_MAYMOVE | MREMAP_FIXED, code) == MAP_FAILED)
        return refused(report, "mremap");
    return call(code, report);
}

static enum outcome rearrange_file_pages(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    void *pages = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return refused(report, "mmap");
    return settle(report, remap_file_pages(pages, page_size, 0, 1, 0), "remap_file_pages");
}

// The kernel's own writes through this file ignore what the page allows.
__attribute__((noinline)) static int victim(void) {
    __asm__ volatile("");
    return 7;
}

static enum outcome overwrite_own_code(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    int (*volatile function)(void) = victim;
    const int descriptor = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return refused(report, "open");
    const off_t address = (off_t)(intptr_t)function;
    if (pwrite(descriptor, proof_code, proof_code_size, address) < 0) return refused(report, "pwrite");
    return settle(report, function() == proof_status ? 0 : -1, "the overwritten function");
}

static enum outcome map_first_page(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    void *page = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    return settle(report, page == MAP_FAILED ? -1 : 0, "mmap at address 0");
}

const struct attempt memory_attempts[] = {
    {.name = "mmap-wx", .run = map_writable_and_executable},
    {.name = "mprotect-exec", .run = make_executable},
    {.name = "mprotect-wx", .run = make_executable, .value = PROT_WRITE},
    {.name = "pkey-mprotect-exec", .run = make_executable_by_key},
    {.name = "mmap-exec-anon", .run = map_executable},
    {.name = "execute-written-code", .run = run_data},
    {.name = "read-implies-exec", .run = read_implies_execute},
    {.name = "shmget-exec", .run = share_executable},
    {.name = "memfd-map-exec", .run = map_memory_file},
    {.name = "file-map-exec", .run = map_written_file},
    {.name = "mremap-over-code", .run = move_over_code},
    {.name = "remap-file-pages", .run = rearrange_file_pages},
    {.name = "proc-self-mem-code", .run = overwrite_own_code},
    {.name = "mmap-zero", .run = map_first_page},
    {0},
};
