#ifndef HOSTILE_HTTP_H
#define HOSTILE_HTTP_H

#include "hostile.h"

// What was read from a connection and not used yet follows the request in `bytes`.
struct request {
    int connection;
    char bytes[64 * 1024];
    size_t count;
    size_t next;
    char method[8];
    char path[256];
    // Text that ends with a zero byte; what does not fit is dropped.
    char body[16 * 1024];
    size_t body_count;
    bool closes;
};

// False at the end of the connection, and when the peer does not speak HTTP/1.1.
bool read_request(struct request *request);
// False when the peer is gone.
bool answer(int connection, int status, const char *body);

#endif
