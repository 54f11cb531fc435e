// UNIX sockets: the host's, other workers', and the system's services.

#include "hostile.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static enum outcome connect_to(const char *name, int type, struct report *report) {
    struct sockaddr_un address;
    const socklen_t size = unix_address(name, &address);
    if (size == 0) return misused(report, "a PATH of at most 107 bytes");
    const int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return refused(report, "socket");
    const int result = connect(descriptor, (struct sockaddr *)&address, size);
    // A full queue shows that the socket is within reach.
    const bool is_full = result < 0 && errno == EAGAIN;
    const enum outcome outcome = is_full ? settle_permission(report, -1, name) : settle(report, result, name);
    close(descriptor);
    return outcome;
}

static enum outcome connect_unix(const struct arguments *arguments, struct report *report) {
    const char *path = word(arguments, 0, NULL);
    if (!path) return misused(report, "unix-connect PATH");
    const enum outcome outcome = connect_to(path, SOCK_STREAM, report);
    // The path may be a datagram socket.
    if (outcome != outcome_refused || report->error != EPROTOTYPE) return outcome;
    return connect_to(path, SOCK_DGRAM, report);
}

static enum outcome connect_abstract(const struct arguments *arguments, struct report *report) {
    char name[108];
    snprintf(name, sizeof name, "@%s", word(arguments, 0, ""));
    if (name[1] == 0) return misused(report, "abstract-connect NAME");
    return connect_to(name, SOCK_STREAM, report);
}

static enum outcome bind_name(const char *name, struct report *report) {
    struct sockaddr_un address;
    const socklen_t size = unix_address(name, &address);
    if (size == 0) return misused(report, "a NAME of at most 107 bytes");
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return refused(report, "socket");
    return settle(report, bind(descriptor, (struct sockaddr *)&address, size), name);
}

static enum outcome bind_unix(const struct arguments *arguments, struct report *report) {
    return bind_name(word(arguments, 0, "/hostile.sock"), report);
}

static enum outcome bind_abstract(const struct arguments *arguments, struct report *report) {
    char name[108];
    snprintf(name, sizeof name, "@%s", word(arguments, 0, "hostile"));
    return bind_name(name, report);
}

static const char *const services[] = {
    "/run/dbus/system_bus_socket", "/run/systemd/private", "/run/systemd/journal/socket",
    "/run/systemd/journal/stdout", "/run/systemd/notify", "/run/systemd/io.system.ManagedOOM",
    "/run/systemd/userdb/io.systemd.DynamicUser", "/run/systemd/resolve/io.systemd.Resolve", "/run/udev/control",
    "/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock", "/run/crio/crio.sock",
    "/run/snapd.socket", "/run/nscd/socket", "/run/lvm/lvmpolld.socket", "/run/libvirt/libvirt-sock",
    "/run/postgresql/.s.PGSQL.5432", "/tmp/.X11-unix/X0", "/dev/log", "@/org/kernel/udev/udevd",
    "@ISCSIADM_ABSTRACT_NAMESPACE",
};

static enum outcome connect_services(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    int reached = 0;
    for (size_t index = 0; index < sizeof services / sizeof *services; index++) {
        struct report one = {0};
        enum outcome outcome = connect_to(services[index], SOCK_STREAM, &one);
        if (outcome == outcome_refused && one.error == EPROTOTYPE)
            outcome = connect_to(services[index], SOCK_DGRAM, &one);
        if (outcome == outcome_done) reached++;
        if (outcome == outcome_done) say(report, "%s ", services[index]);
        else report->error = one.error;
    }
    return reached > 0 ? outcome_done : outcome_refused;
}

static enum outcome speak_to_bus(const struct arguments *arguments, struct report *report) {
    return connect_to(word(arguments, 0, "/run/dbus/system_bus_socket"), SOCK_STREAM, report);
}

static enum outcome write_journal(const struct arguments *arguments, struct report *report) {
    return connect_to(word(arguments, 0, "/run/systemd/journal/socket"), SOCK_DGRAM, report);
}

// More callers than the worker's queue holds; all are from here, and all hang up together.
static enum outcome connect_to_self(const struct arguments *arguments, struct report *report) {
    const long wanted = number(arguments, 0, 200);
    struct sockaddr_un address = {0};
    socklen_t size = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &size) < 0) return refused(report, "getsockname");
    say(report, "the listener is %s; ", address.sun_path[0] ? address.sun_path : "nameless or abstract");
    long made = 0;
    while (made < wanted) {
        const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (descriptor < 0) break;
        int tries = 0;
        int result;
        // The worker takes calls from its queue meanwhile; only a queue that stays full is an end.
        while ((result = connect(descriptor, (struct sockaddr *)&address, size)) < 0 && errno == EAGAIN && tries++ < 50)
            sleep_milliseconds(10);
        if (result < 0) break;
        made++;
    }
    say(report, "%ld connections; ", made);
    return made < wanted ? refused(report, "the next") : outcome_done;
}

const struct attempt unix_socket_attempts[] = {
    {.name = "unix-connect", .run = connect_unix},
    {.name = "abstract-connect", .run = connect_abstract},
    {.name = "unix-bind", .run = bind_unix},
    {.name = "abstract-bind", .run = bind_abstract},
    {.name = "system-services", .run = connect_services},
    {.name = "dbus", .run = speak_to_bus},
    {.name = "journal", .run = write_journal},
    {.name = "many-connections-to-self", .run = connect_to_self, .limit_milliseconds = 10000},
    {0},
};
