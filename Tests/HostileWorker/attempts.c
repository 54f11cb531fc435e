// All attempts by name.

#include "hostile.h"

#include <stdio.h>
#include <string.h>

static const struct attempt *const tables[] = {
    file_attempts,       walk_attempts,    escape_attempts,    proc_attempts,    descriptor_attempts,
    socket_attempts,     unix_socket_attempts, notify_attempts, process_attempts, namespace_attempts,
    mount_attempts,      privilege_attempts, limit_attempts,   kernel_attempts,  call_attempts,
    exec_attempts,       memory_attempts,  resource_attempts,  storage_attempts, life_attempts,
    answer_attempts,
};
enum { table_count = sizeof tables / sizeof *tables };

const struct attempt *attempt_named(const char *name) {
    for (int table = 0; table < table_count; table++)
        for (const struct attempt *attempt = tables[table]; attempt->name; attempt++)
            if (strcmp(attempt->name, name) == 0) return attempt;
    return NULL;
}

size_t list_attempts(char *out, size_t capacity) {
    size_t used = (size_t)snprintf(out, capacity, "[");
    for (int table = 0; table < table_count; table++) {
        for (const struct attempt *attempt = tables[table]; attempt->name; attempt++) {
            if (used + strlen(attempt->name) + 8 > capacity) break;
            const char *comma = used > 1 ? "," : "";
            used += (size_t)snprintf(out + used, capacity - used, "%s\"%s\"", comma, attempt->name);
        }
    }
    return used + (size_t)snprintf(out + used, capacity - used, "]\n");
}
