// The network: every family of sockets but UNIX ones. Addresses are loopback, whatever the request says.

#include "hostile.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_alg.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

// 0 for what is no loopback address: this program must not send a byte to a machine of someone else.
static socklen_t loopback(const char *host, long port, struct sockaddr_storage *address) {
    memset(address, 0, sizeof *address);
    struct sockaddr_in *four = (struct sockaddr_in *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        return ntohl(four->sin_addr.s_addr) >> 24 == 127 ? sizeof *four : 0;
    }
    if (inet_pton(AF_INET6, host, &six->sin6_addr) != 1 || !IN6_IS_ADDR_LOOPBACK(&six->sin6_addr)) return 0;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)port);
    return sizeof *six;
}

static enum outcome connect_tcp(const struct arguments *arguments, struct report *report) {
    struct sockaddr_storage address;
    const socklen_t size = loopback(word(arguments, 0, ""), number(arguments, 1, 0), &address);
    if (size == 0 || arguments->count < 2) return misused(report, "tcp-connect LOOPBACK-ADDRESS PORT");
    const int descriptor = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return refused(report, "socket");
    if (connect(descriptor, (struct sockaddr *)&address, size) < 0 && errno != EINPROGRESS)
        return refused(report, "connect");
    struct pollfd item = {.fd = descriptor, .events = POLLOUT};
    if (poll(&item, 1, 2000) == 0) errno = ETIMEDOUT;
    else {
        socklen_t length = sizeof errno;
        int error = 0;
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
        errno = error;
    }
    return errno ? refused(report, "connect") : settle(report, 0, "connect");
}

static enum outcome listen_tcp(const struct arguments *arguments, struct report *report) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number(arguments, 0, 0))};
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return refused(report, "socket");
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) return refused(report, "bind");
    return settle(report, listen(descriptor, 1), "listen");
}

static enum outcome send_udp(const struct arguments *arguments, struct report *report) {
    struct sockaddr_storage address;
    const socklen_t size = loopback(word(arguments, 0, ""), number(arguments, 1, 0), &address);
    if (size == 0 || arguments->count < 2) return misused(report, "udp-send LOOPBACK-ADDRESS PORT");
    const int descriptor = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return refused(report, "socket");
    return settle(report, sendto(descriptor, "hostile", 7, 0, (struct sockaddr *)&address, size), "sendto");
}

// Operands: the family, the type and the protocol.
static enum outcome make_socket(const struct arguments *arguments, struct report *report) {
    const uintptr_t *operands = arguments->attempt->operands;
    const int result = socket((int)operands[0], (int)operands[1] | SOCK_CLOEXEC, (int)operands[2]);
    return settle(report, result, "socket");
}

static enum outcome list_links(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (descriptor < 0) return refused(report, "socket");
    struct {
        struct nlmsghdr head;
        struct rtgenmsg body;
    } request = {.head = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK}};
    request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    if (send(descriptor, &request, sizeof request, 0) < 0) return refused(report, "send");
    char bytes[4096];
    return settle(report, recv(descriptor, bytes, sizeof bytes, 0), "recv");
}

static enum outcome use_kernel_ciphers(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    const int descriptor = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return refused(report, "socket");
    struct sockaddr_alg address = {.salg_family = AF_ALG, .salg_type = "hash", .salg_name = "sha256"};
    return settle(report, bind(descriptor, (struct sockaddr *)&address, sizeof address), "bind");
}

static enum outcome sweep_families(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_RDM, SOCK_PACKET};
    int made = 0;
    for (int family = 0; family <= 45; family++) {
        if (family == AF_UNIX) continue;
        for (size_t index = 0; index < sizeof types / sizeof *types; index++) {
            const int descriptor = socket(family, types[index] | SOCK_CLOEXEC, 0);
            if (descriptor < 0) {
                report->error = errno;
                continue;
            }
            close(descriptor);
            made++;
            say(report, "family%d-type%d ", family, types[index]);
        }
    }
    if (made > 0) return outcome_done;
    say(report, "no family but UNIX");
    return outcome_refused;
}

// A pair needs no name, and some families that socket() refuses allowed it once.
static enum outcome sweep_pairs(const struct arguments *arguments, struct report *report) {
    (void)arguments;
    int made = 0;
    for (int family = 0; family <= 45; family++) {
        int pair[2];
        if (family == AF_UNIX) continue;
        if (socketpair(family, SOCK_STREAM, 0, pair) < 0 && socketpair(family, SOCK_DGRAM, 0, pair) < 0) {
            report->error = errno;
            continue;
        }
        made++;
        say(report, "family%d ", family);
    }
    return made > 0 ? outcome_done : outcome_refused;
}

const struct attempt socket_attempts[] = {
    {.name = "tcp-connect", .run = connect_tcp},
    {.name = "tcp-listen", .run = listen_tcp},
    {.name = "udp-send", .run = send_udp},
    {.name = "netlink", .run = list_links},
    {.name = "netlink-audit", .run = make_socket, .operands = {AF_NETLINK, SOCK_RAW, NETLINK_AUDIT}},
    {.name = "packet", .run = make_socket, .operands = {AF_PACKET, SOCK_RAW, 0x0300}},
    {.name = "raw-icmp", .run = make_socket, .operands = {AF_INET, SOCK_RAW, IPPROTO_ICMP}},
    {.name = "ping-socket", .run = make_socket, .operands = {AF_INET, SOCK_DGRAM, IPPROTO_ICMP}},
    {.name = "sctp", .run = make_socket, .operands = {AF_INET, SOCK_STREAM, IPPROTO_SCTP}},
    {.name = "mptcp", .run = make_socket, .operands = {AF_INET, SOCK_STREAM, 262}},
    {.name = "vsock", .run = make_socket, .operands = {AF_VSOCK, SOCK_STREAM, 0}},
    {.name = "bluetooth", .run = make_socket, .operands = {AF_BLUETOOTH, SOCK_RAW, 1}},
    {.name = "can", .run = make_socket, .operands = {AF_CAN, SOCK_RAW, 1}},
    {.name = "xdp", .run = make_socket, .operands = {AF_XDP, SOCK_RAW, 0}},
    {.name = "alg", .run = use_kernel_ciphers},
    {.name = "socket-family-sweep", .run = sweep_families},
    {.name = "socketpair-sweep", .run = sweep_pairs},
    {0},
};
