// The socket for readiness messages is the one way to the host that every worker has.

#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int open_notify(struct sockaddr_un *address, socklen_t *size, int flags) {
    const char *name = getenv("NOTIFY_SOCKET");
    *size = name ? unix_address(name, address) : 0;
    errno = EDESTADDRREQ;
    const int descriptor = *size > 0 ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | flags, 0) : -1;
    // A host that does not read leaves the queue full, and the attempt is to end all the same.
    const struct timeval patience = {.tv_sec = 2};
    if (descriptor >= 0) setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return descriptor;
}

static enum outcome notify(const char *text, size_t count, struct report *report) {
    struct sockaddr_un address;
    socklen_t size;
    const int descriptor = open_notify(&address, &size, 0);
    if (descriptor < 0) return refused(report, "NOTIFY_SOCKET");
    const ssize_t sent = sendto(descriptor, text, count, MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    const enum outcome outcome = settle(report, sent, "sendto");
    close(descriptor);
    return outcome;
}

// Sent by a child: a host that looks at the sender takes no notice.
static enum outcome pose_as_main(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    static const char text[] = "READY=1\nMAINPID=1";
    return notify(text, sizeof text - 1, report);
}

// The words, one a line, from the worker itself.
static enum outcome notify_words(const struct arguments *arguments, struct report *report) {
    char text[1024] = "";
    for (int index = 0; index < arguments->count; index++) {
        strncat(text, arguments->words[index], sizeof text - strlen(text) - 1);
        strncat(text, "\n", sizeof text - strlen(text) - 1);
    }
    return notify(text, strlen(text), report);
}

static enum outcome notify_at_length(const struct arguments *arguments, struct report *report) {
    const size_t count = (size_t)number(arguments, 0, 128 * 1024);
    char *text = malloc(count + 8);
    if (!text) return refused(report, "malloc");
    memset(text, 'x', count + 8);
    memcpy(text, "STATUS=", 7);
    const enum outcome outcome = notify(text, count, report);
    free(text);
    return outcome;
}

static enum outcome flood(const struct arguments *arguments, struct report *report) {
    const long wanted = number(arguments, 0, 10000);
    struct sockaddr_un address;
    socklen_t size;
    const int descriptor = open_notify(&address, &size, SOCK_NONBLOCK);
    if (descriptor < 0) return refused(report, "NOTIFY_SOCKET");
    long sent = 0;
    for (long index = 0; index < wanted; index++)
        sent += sendto(descriptor, "STATUS=hostile", 14, MSG_NOSIGNAL, (struct sockaddr *)&address, size) > 0;
    say(report, "the queue took %ld of %ld messages", sent, wanted);
    close(descriptor);
    return sent > 0 ? outcome_done : outcome_refused;
}

// Descriptors that the host would hold open if it took them.
static enum outcome send_descriptors(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    struct sockaddr_un address;
    socklen_t size;
    const int descriptor = open_notify(&address, &size, 0);
    if (descriptor < 0) return refused(report, "NOTIFY_SOCKET");
    int descriptors[64];
    for (int index = 0; index < 64; index++) descriptors[index] = descriptor;
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(sizeof descriptors)];
    } control = {0};
    struct iovec vector = {.iov_base = "FDSTORE=1", .iov_len = 9};
    struct msghdr message = {
        .msg_name = &address, .msg_namelen = size, .msg_iov = &vector, .msg_iovlen = 1,
        .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    *head = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof descriptors), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(head), descriptors, sizeof descriptors);
    return settle(report, sendmsg(descriptor, &message, MSG_NOSIGNAL), "sendmsg");
}

// Says that the message comes from another process.
static enum outcome forge_sender(const struct arguments *arguments, struct report *report) {
    struct sockaddr_un address;
    socklen_t size;
    const int descriptor = open_notify(&address, &size, 0);
    if (descriptor < 0) return refused(report, "NOTIFY_SOCKET");
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control = {0};
    struct iovec vector = {.iov_base = "STOPPING=1", .iov_len = 10};
    struct msghdr message = {
        .msg_name = &address, .msg_namelen = size, .msg_iov = &vector, .msg_iovlen = 1,
        .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    const struct ucred sender = {.pid = (pid_t)number(arguments, 0, 1), .uid = geteuid(), .gid = getegid()};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    *head = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof sender), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_CREDENTIALS};
    memcpy(CMSG_DATA(head), &sender, sizeof sender);
    return settle(report, sendmsg(descriptor, &message, MSG_NOSIGNAL), "sendmsg");
}

const struct attempt notify_attempts[] = {
    {.name = "send-notify-as-other", .run = pose_as_main},
    {.name = "notify", .run = notify_words, .in_worker = true},
    {.name = "notify-at-length", .run = notify_at_length, .in_worker = true},
    {.name = "notify-flood", .run = flood, .limit_milliseconds = 10000},
    {.name = "notify-descriptors", .run = send_descriptors, .in_worker = true},
    {.name = "notify-forged", .run = forge_sender},
    {0},
};
