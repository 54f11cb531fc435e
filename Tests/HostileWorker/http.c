// As much of HTTP/1.1 as a gateway's client side uses: lengths and chunks, and requests one after another.

#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

bool send_all(int descriptor, const void *bytes, size_t count) {
    const char *next = bytes;
    while (count > 0) {
        const ssize_t sent = write(descriptor, next, count);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        next += sent;
        count -= (size_t)sent;
    }
    return true;
}

bool send_text(int descriptor, const char *text) { return send_all(descriptor, text, strlen(text)); }

static const char *reason(int status) {
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 409: return "Conflict";
    default: return "Unknown";
    }
}

bool answer(int connection, int status, const char *body) {
    char head[256];
    snprintf(
        head, sizeof head, "HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n", status,
        reason(status), strlen(body));
    return send_text(connection, head) && send_text(connection, body);
}

static bool fill(struct request *request) {
    if (request->next > 0) {
        memmove(request->bytes, request->bytes + request->next, request->count - request->next);
        request->count -= request->next;
        request->next = 0;
    }
    if (request->count >= sizeof request->bytes) return false;
    for (;;) {
        const ssize_t count =
            read(request->connection, request->bytes + request->count, sizeof request->bytes - request->count);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        request->count += (size_t)count;
        return true;
    }
}

static bool read_line(struct request *request, char *line, size_t capacity) {
    for (;;) {
        const char *start = request->bytes + request->next;
        const char *end = memchr(start, '\n', request->count - request->next);
        if (end) {
            const size_t length = (size_t)(end - start);
            const size_t kept = length < capacity ? length : capacity - 1;
            memcpy(line, start, kept);
            line[kept] = 0;
            line[strcspn(line, "\r")] = 0;
            request->next += length + 1;
            return true;
        }
        if (!fill(request)) return false;
    }
}

static bool read_body(struct request *request, size_t count) {
    while (count > 0) {
        if (request->next == request->count && !fill(request)) return false;
        size_t part = request->count - request->next;
        if (part > count) part = count;
        const size_t room = sizeof request->body - 1 - request->body_count;
        const size_t kept = part < room ? part : room;
        memcpy(request->body + request->body_count, request->bytes + request->next, kept);
        request->body_count += kept;
        request->next += part;
        count -= part;
    }
    request->body[request->body_count] = 0;
    return true;
}

static bool read_chunks(struct request *request) {
    char line[256];
    while (read_line(request, line, sizeof line)) {
        const size_t size = strtoul(line, NULL, 16);
        if (size > 0) {
            if (!read_body(request, size) || !read_line(request, line, sizeof line)) return false;
            continue;
        }
        // Trailers end with an empty line.
        while (line[0])
            if (!read_line(request, line, sizeof line)) return false;
        return true;
    }
    return false;
}

bool read_request(struct request *request) {
    char line[1024], version[16];
    request->body_count = 0;
    request->body[0] = 0;
    request->closes = false;
    if (!read_line(request, line, sizeof line)) return false;
    if (sscanf(line, "%7s %255s %15s", request->method, request->path, version) != 3) return false;
    size_t length = 0;
    bool is_chunked = false;
    do {
        if (!read_line(request, line, sizeof line)) return false;
        const char *value = strchr(line, ':');
        value = value ? value + 1 + strspn(value + 1, " ") : "";
        if (strncasecmp(line, "content-length:", 15) == 0) length = strtoul(value, NULL, 10);
        if (strncasecmp(line, "transfer-encoding:", 18) == 0) is_chunked = strcasecmp(value, "chunked") == 0;
        if (strncasecmp(line, "connection:", 11) == 0) request->closes = strcasecmp(value, "close") == 0;
    } while (line[0]);
    return is_chunked ? read_chunks(request) : read_body(request, length);
}
