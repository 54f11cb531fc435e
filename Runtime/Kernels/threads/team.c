#define _GNU_SOURCE
#include "../include/hearth_kernels.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// A job is open while it has chunks to hand out. A thread joins an open job, takes chunks from a counter until there
// are none, and leaves. The caller takes chunks too, closes the job when the counter has run out and waits only for
// those who joined: a thread that never woke up is not waited for. `gate` holds all of that state in one word, so that
// joining and closing cannot cross: bit 0 says that the job is open, the bits above count the threads inside.

enum { OPEN = 1, MEMBER = 2, SPINS = 2000, STACK_BYTES = 256 * 1024 };

struct hearth_kernels_team {
    _Alignas(64) atomic_uint gate;
    /// Incremented when a job opens; what idle threads sleep on.
    atomic_uint generation;
    atomic_uint sleepers;
    atomic_bool ending;
    _Alignas(64) atomic_size_t next;
    // Written by the caller while the gate is 0, read by those who joined.
    size_t chunks;
    hearth_kernels_chunk_body body;
    void *context;
    size_t size;
    pthread_t threads[];
};

struct start {
    hearth_kernels_team *team;
    size_t member;
};

static void wait_on(atomic_uint *word, unsigned expected) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

static void wake_all(atomic_uint *word) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void take_chunks(hearth_kernels_team *team, size_t member) {
    for (;;) {
        size_t chunk = atomic_fetch_add_explicit(&team->next, 1, memory_order_relaxed);
        if (chunk >= team->chunks) return;
        team->body(team->context, chunk, member);
    }
}

static void join_job(hearth_kernels_team *team, size_t member) {
    unsigned gate = atomic_load_explicit(&team->gate, memory_order_relaxed);
    do {
        if (!(gate & OPEN)) return;
    } while (!atomic_compare_exchange_weak_explicit(
        &team->gate, &gate, gate + MEMBER, memory_order_acquire, memory_order_relaxed));
    take_chunks(team, member);
    // The last one out of a closed job wakes the caller, which may be asleep on the gate.
    if (atomic_fetch_sub_explicit(&team->gate, MEMBER, memory_order_acq_rel) == MEMBER) wake_all(&team->gate);
}

/// Returns when a generation other than `seen` has begun: at first by looking, as the next product of a running model
/// is microseconds away, then asleep.
static void await_generation(hearth_kernels_team *team, unsigned seen) {
    for (int spin = 0; spin < SPINS; spin += 1) {
        if (atomic_load_explicit(&team->generation, memory_order_acquire) != seen) return;
        relax();
    }
    atomic_fetch_add(&team->sleepers, 1);
    while (atomic_load(&team->generation) == seen) wait_on(&team->generation, seen);
    atomic_fetch_sub(&team->sleepers, 1);
}

static void *thread_main(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    unsigned seen = 0;
    while (!atomic_load_explicit(&start.team->ending, memory_order_acquire)) {
        await_generation(start.team, seen);
        seen = atomic_load_explicit(&start.team->generation, memory_order_acquire);
        join_job(start.team, start.member);
    }
    return NULL;
}

static bool start_thread(hearth_kernels_team *team, size_t member, const pthread_attr_t *attributes) {
    struct start *start = malloc(sizeof *start);
    if (!start) return false;
    *start = (struct start){team, member};
    if (pthread_create(&team->threads[member - 1], attributes, thread_main, start) == 0) return true;
    free(start);
    return false;
}

hearth_kernels_team *hearth_kernels_team_create(size_t size) {
    size_t threads = size > 1 ? size - 1 : 0;
    size_t bytes = sizeof(hearth_kernels_team) + threads * sizeof(pthread_t);
    hearth_kernels_team *team = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!team) return NULL;
    *team = (hearth_kernels_team){.size = 1};
    if (threads == 0) return team;
    // Signals are the business of the program's own threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    while (team->size < size && start_thread(team, team->size, &attributes)) team->size += 1;
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (team->size == size) return team;
    hearth_kernels_team_destroy(team);
    return NULL;
}

void hearth_kernels_team_destroy(hearth_kernels_team *team) {
    atomic_store(&team->ending, true);
    atomic_fetch_add(&team->generation, 1);
    wake_all(&team->generation);
    for (size_t i = 0; i + 1 < team->size; i += 1) pthread_join(team->threads[i], NULL);
    free(team);
}

void hearth_kernels_team_run(
    hearth_kernels_team *team, size_t chunks, hearth_kernels_chunk_body body, void *context) {
    if (team->size == 1 || chunks < 2) {
        for (size_t chunk = 0; chunk < chunks; chunk += 1) body(context, chunk, 0);
        return;
    }
    team->chunks = chunks;
    team->body = body;
    team->context = context;
    atomic_store_explicit(&team->next, 0, memory_order_relaxed);
    atomic_store_explicit(&team->gate, OPEN, memory_order_release);
    atomic_fetch_add(&team->generation, 1);
    // Sequentially consistent with the sleepers' own order: counted in before they look at the generation.
    if (atomic_load(&team->sleepers) > 0) wake_all(&team->generation);
    take_chunks(team, 0);
    unsigned gate = atomic_fetch_sub_explicit(&team->gate, OPEN, memory_order_acq_rel) - OPEN;
    for (int spin = 0; gate != 0; spin += 1) {
        if (spin < SPINS) relax();
        else wait_on(&team->gate, gate);
        gate = atomic_load_explicit(&team->gate, memory_order_acquire);
    }
}
