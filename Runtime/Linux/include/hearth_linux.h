#ifndef HEARTH_LINUX_H
#define HEARTH_LINUX_H

// What Swift cannot say to the kernel by itself: calls that glibc 2.36 does not wrap, variadic functions, macros, and
// the few instructions that a child runs between clone and exec, where only async-signal-safe code is legal.

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/types.h>

#include "hearth_sandbox.h"

#pragma clang assume_nonnull begin

enum hearth_linux_spawn_step {
    hearth_linux_spawn_step_none = 0,
    hearth_linux_spawn_step_clone,
    hearth_linux_spawn_step_parent_died,
    hearth_linux_spawn_step_descriptors,
    hearth_linux_spawn_step_directory,
    hearth_linux_spawn_step_exec,
};

struct hearth_linux_spawn_request {
    const char *path;
    // Null for the caller's own.
    const char *_Nullable working_directory;
    char *_Nullable const *_Nonnull arguments;
    char *_Nullable const *_Nonnull environment;
    // Points into one of `environment`'s strings, just after "LISTEN_PID="; at least 12 bytes are written there.
    char *_Nullable listen_pid;
    // Placed at 3, 4, … in the child; every other descriptor but 0, 1 and 2 is closed there.
    const int *descriptors;
    size_t descriptor_count;
    // Becomes standard input, and standard output and error.
    int input;
    int output;
};

struct hearth_linux_spawn_result {
    pid_t pid;
    int pidfd;
    int error;
    enum hearth_linux_spawn_step step;
};

// Starts a program in a session of its own, with default signal handling, which the kernel kills when the *thread* that
// called this ends. Shares memory with the child until exec, so the cost does not grow with the caller's size.
struct hearth_linux_spawn_result hearth_linux_spawn(const struct hearth_linux_spawn_request *request);

// pidfd_send_signal(2): 0, or -1 with errno.
int hearth_linux_pidfd_send_signal(int pidfd, int signal);

// waitid(2) on a pidfd that polled readable. Returns 0, or -1 with errno. `code` is a CLD_ value.
int hearth_linux_pidfd_reap(int pidfd, int *code, int *status);

// Receives one datagram with the sender's process id (0 when the kernel gave none). Returns its length or -1.
ssize_t hearth_linux_receive_with_sender(int socket, void *buffer, size_t capacity, pid_t *sender);

// Nobody but root may look into this process any more: prctl(PR_SET_DUMPABLE), which is variadic.
void hearth_linux_forbid_tracing(void);

// The end of this process's parent does not end it any more: prctl(PR_SET_PDEATHSIG), which is variadic.
void hearth_linux_outlive_parent(void);

// Names the calling thread: prctl(PR_SET_NAME), which is variadic.
void hearth_linux_name_thread(const char *name);

// Binds a thread to the first `count` of the processors that the caller may use: sched_setaffinity(2). 0, or -1.
int hearth_linux_bind_thread(pid_t thread, int count);

// pipe2(2), which glibc hides from Swift: both ends close on exec, the read end does not block. 0, or -1 with errno.
int hearth_linux_pipe(int *read_end, int *write_end);

// Sends one message with descriptors, at most 16, by SCM_RIGHTS. Returns the bytes sent or -1.
ssize_t hearth_linux_send_descriptors(int socket, const void *buffer, size_t count, const int *descriptors,
                                      size_t descriptor_count);

// Receives one message of at most `capacity` bytes; `descriptors` has room for 16. Does not block. Returns its length, 0
// at the end of the connection, or -1; EMSGSIZE where the message was longer.
ssize_t hearth_linux_receive_descriptors(int socket, void *buffer, size_t capacity, int *descriptors,
                                         size_t *descriptor_count);

// Becomes another user for good: groups, group, user of the whole process, no new privileges for the calling thread and
// those it starts. Call it before there are other threads. 0, or -1 with errno.
int hearth_linux_become(uid_t user, gid_t group, const gid_t *_Nullable groups, size_t group_count);

// socketpair(2) of SOCK_SEQPACKET: messages keep their bounds, and the end of either side is noticed. 0, or -1.
int hearth_linux_socket_pair(int *one, int *other);

// Asks the kernel to attach the sender's credentials to what the socket receives: setsockopt(SO_PASSCRED).
int hearth_linux_pass_credentials(int socket);

#pragma clang assume_nonnull end

#endif
