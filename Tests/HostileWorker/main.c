// Starts like any worker: finds its listener, says that it is ready, serves, and ends on SIGTERM.

#include "hostile.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

int listener = 3;

static void leave(int signal) {
    (void)signal;
    _exit(0);
}

// The names tell which descriptor is the listener; without names it is the first.
static void find_listener(void) {
    const char *names = getenv("LISTEN_FDNAMES");
    for (int number = 3; names && *names; number++) {
        const size_t length = strcspn(names, ":");
        if (length == 8 && memcmp(names, "listener", 8) == 0) listener = number;
        names += length + (names[length] == ':');
    }
}

static void say_ready(void) {
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address;
    const socklen_t size = name ? unix_address(name, &address) : 0;
    if (size == 0) return;
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return;
    const char text[] = "READY=1";
    sendto(descriptor, text, sizeof text - 1, MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    close(descriptor);
}

int main(int count, char **words) {
    if (count > 1 && strcmp(words[1], "--prove") == 0) return proof_status;
    const char *purpose = getenv("HEARTH_PURPOSE");
    if (purpose && strcmp(purpose, "validate") == 0) return 0;
    // As process 1 of a namespace it would not get SIGTERM without a handler.
    struct sigaction action = {.sa_handler = leave};
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    find_listener();
    say_ready();
    serve_forever();
}
