// Where a worker might be able to leave a file.

#include "hostile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/un.h>
#include <unistd.h>

const char *const likely_places[] = {
    ".", "/tmp", "/dev/shm", "/var/tmp", "/run", "/app", "/", "/dev", "/dev/mqueue", "/proc", "/sys/fs/cgroup", NULL,
};

const char *own_path(void) {
    const char *path = (const char *)getauxval(AT_EXECFN);
    return path ? path : "/proc/self/exe";
}

static int create_in(const char *folder, mode_t mode, char *path, size_t capacity) {
    snprintf(path, capacity, "%s/hostile-%d", folder, getpid());
    return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
}

int create_somewhere(const char *hint, mode_t mode, char *path, size_t capacity) {
    int descriptor = hint ? create_in(hint, mode, path, capacity) : -1;
    for (int index = 0; descriptor < 0 && likely_places[index]; index++)
        descriptor = create_in(likely_places[index], mode, path, capacity);
    // A last way: a file without a name.
    for (int index = 0; descriptor < 0 && likely_places[index]; index++) {
        snprintf(path, capacity, "%s", likely_places[index]);
        descriptor = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
    }
    return descriptor;
}

socklen_t unix_address(const char *name, struct sockaddr_un *address) {
    const size_t length = strlen(name);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (length == 0 || length >= sizeof address->sun_path) return 0;
    memcpy(address->sun_path, name, length);
    // The abstract namespace counts every byte; a path ends with a zero byte.
    if (name[0] == '@') address->sun_path[0] = 0;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] != '@'));
}
