// Connections: a thread for each, and where the sandbox allows none, a process or the listener's own thread.

#include "http.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { connection_limit = 4096 };

static atomic_bool connections[connection_limit];

bool is_connection(int descriptor) {
    return descriptor >= 0 && descriptor < connection_limit && connections[descriptor];
}

void close_connections(void) {
    for (int descriptor = 0; descriptor < connection_limit; descriptor++)
        if (connections[descriptor]) close(descriptor);
}

static void end_connection(int descriptor) {
    connections[descriptor] = false;
    close(descriptor);
}

static void split(char *text, struct arguments *arguments, const char **name) {
    char *rest = NULL;
    *name = strtok_r(text, " \t\r\n", &rest);
    char *next = NULL;
    while (arguments->count < word_limit - 1 && (next = strtok_r(NULL, " \t\r\n", &rest)))
        arguments->words[arguments->count++] = next;
}

static int status_of(enum outcome outcome) {
    switch (outcome) {
    case outcome_misused: return 400;
    case outcome_untried: return 409;
    default: return 200;
    }
}

// False when the connection is to be closed.
static bool invoke(int connection, char *body) {
    struct arguments arguments = {.connection = connection};
    const char *name = NULL;
    split(body, &arguments, &name);
    arguments.attempt = name ? attempt_named(name) : NULL;
    if (!arguments.attempt) return answer(connection, 404, "{\"error\":\"no such attempt\"}\n");
    struct report report = {0};
    const enum outcome outcome = run_attempt(&arguments, &report);
    if (outcome == outcome_answered || outcome == outcome_hung_up) return outcome == outcome_answered;
    char json[6 * sizeof report.detail + 512];
    write_json(json, sizeof json, name, &report);
    return answer(connection, status_of(report.outcome), json);
}

static bool respond(struct request *request, int connection) {
    if (strcmp(request->path, "/invocations") == 0 && strcmp(request->method, "POST") == 0)
        return invoke(connection, request->body);
    if (strcmp(request->path, "/ping") == 0) return answer(connection, 200, "pong\n");
    if (strcmp(request->path, "/attempts") == 0) {
        char names[8192];
        list_attempts(names, sizeof names);
        return answer(connection, 200, names);
    }
    return answer(connection, 404, "{\"error\":\"no such route\"}\n");
}

static struct request *open_request(int connection) {
    struct request *request = calloc(1, sizeof *request);
    if (request) request->connection = connection;
    return request;
}

static bool serve_one(struct request *request) {
    return read_request(request) && respond(request, request->connection) && !request->closes;
}

static void serve(int connection) {
    struct request *request = open_request(connection);
    while (request && serve_one(request)) continue;
    free(request);
    end_connection(connection);
}

static void *serve_in_thread(void *connection) {
    serve((int)(intptr_t)connection);
    return NULL;
}

// Connections that got neither a thread nor a process: the listener's thread serves them in turns.
enum { shared_limit = 64 };

static struct request *shared[shared_limit];

static void share(int connection) {
    for (int index = 0; index < shared_limit; index++) {
        if (shared[index]) continue;
        shared[index] = open_request(connection);
        if (shared[index]) return;
    }
    end_connection(connection);
}

static void serve_shared(int index) {
    struct request *request = shared[index];
    // What was read with the request before has no event of its own.
    do {
        if (serve_one(request)) continue;
        shared[index] = NULL;
        end_connection(request->connection);
        free(request);
        return;
    } while (request->next < request->count);
}

static void start(int connection) {
    connections[connection] = true;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    pthread_t thread;
    const int error = pthread_create(&thread, &attributes, serve_in_thread, (void *)(intptr_t)connection);
    pthread_attr_destroy(&attributes);
    if (error == 0) return;
    const pid_t child = fork();
    if (child == 0) {
        serve(connection);
        _exit(0);
    }
    if (child < 0) share(connection);
    else end_connection(connection);
}

static void accept_one(void) {
    const int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (connection >= connection_limit) close(connection);
    else if (connection >= 0) start(connection);
    else if (errno != EAGAIN && errno != EINTR) sleep_milliseconds(20);
}

void serve_forever(void) {
    for (;;) {
        // A negative descriptor is passed over by poll: there may be no listener any more, and no shared connection.
        struct pollfd items[1 + shared_limit] = {{.fd = listener, .events = POLLIN}};
        for (int index = 0; index < shared_limit; index++)
            items[1 + index] = (struct pollfd){.fd = shared[index] ? shared[index]->connection : -1, .events = POLLIN};
        // In turns, because a poll that waits would keep the listener alive after an attempt closed it.
        if (poll(items, 1 + shared_limit, 100) <= 0) continue;
        for (int index = 0; index < shared_limit; index++)
            if (items[1 + index].revents) serve_shared(index);
        if (items[0].revents && listener >= 0) accept_one();
    }
}
