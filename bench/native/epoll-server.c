// The minimal server, the reference for every contender: one thread, one epoll descriptor, no allocation per event.
//
//   epoll-server tcp|unix|udp echo|echo-kept|echo-own|two-writes|download PORT|PATH [FILE]
//
// `echo-own` receives into memory of the connection's own, as a buffered protocol does: it is as long as the common
// one, so that of 100 connections does not fit into the processor's cache. `echo-kept` receives into memory that the
// receiver may keep, as a protocol may: a megabyte at a time, freed when 63 more were used, which is about how many
// there are when a garbage collector comes by. Prints `{"port":N}` when it
// listens, and serves until its standard input ends.
#include "common.h"
#include <sys/sendfile.h>
#include <sys/stat.h>

enum { KEPT = 64, KEPT_LENGTH = 1024 * 1024 };
enum { BUFFER = 256 * 1024, EVENTS = 256, DATAGRAMS = 64, DATAGRAM = 2048, SENDFILE = 2 * 1024 * 1024 };

typedef struct {
  int fd;
  char *unsent; // what the system did not take
  size_t offset, length;
  off_t file_offset;
  int downloading;
  char *own; // where it receives, if not where all do
} connection;

static char buffer[BUFFER];
static int epoll, file = -1;
static off_t file_size;
static int two_writes, is_tcp, is_kept, is_own;
static char *kept[KEPT];
static size_t kept_used = KEPT_LENGTH;
static unsigned kept_last;

static void watch(connection *c, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  epoll_ctl(epoll, operation, c->fd, &event);
}

static void close_connection(connection *c) {
  close(c->fd);
  free(c->unsent);
  free(c->own);
  free(c);
}

static void keep(connection *c, const char *bytes, size_t length) {
  c->unsent = malloc(length);
  memcpy(c->unsent, bytes, length);
  c->offset = 0;
  c->length = length;
  watch(c, EPOLLOUT, EPOLL_CTL_MOD);
}

// Sends, and keeps the bytes that the system does not take; false when the connection is broken.
static int send_all(connection *c, const char *bytes, size_t length) {
  ssize_t sent = send(c->fd, bytes, length, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return 0;
  if (sent < 0) sent = 0;
  if ((size_t)sent < length) keep(c, bytes + sent, length - (size_t)sent);
  return 1;
}

static int download(connection *c) {
  while (c->file_offset < file_size) {
    ssize_t sent = sendfile(c->fd, file, &c->file_offset, SENDFILE);
    if (sent < 0 && errno == EAGAIN) {
      watch(c, EPOLLOUT, EPOLL_CTL_MOD);
      return 1;
    }
    if (sent <= 0) return 0;
  }
  return 0;
}

// The memory to receive up to BUFFER bytes.
static char *memory(connection *c) {
  if (is_own && c->own == NULL) c->own = malloc(BUFFER);
  if (is_own) return c->own;
  if (!is_kept) return buffer;
  if (kept_used + BUFFER > KEPT_LENGTH) {
    kept_last = (kept_last + 1) % KEPT;
    free(kept[kept_last]);
    kept[kept_last] = malloc(KEPT_LENGTH);
    kept_used = 0;
  }
  return kept[kept_last] + kept_used;
}

static int readable(connection *c) {
  char *bytes = memory(c);
  ssize_t got = recv(c->fd, bytes, BUFFER, 0);
  if (got < 0) return errno == EAGAIN;
  if (got == 0) return 0;
  kept_used += ((size_t)got + 63) & ~(size_t)63;
  if (file >= 0) {
    c->downloading = 1;
    return download(c);
  }
  if (!two_writes) return send_all(c, bytes, (size_t)got);
  size_t half = (size_t)got / 2;
  return send_all(c, bytes, half) && send_all(c, bytes + half, (size_t)got - half);
}

static int writable(connection *c) {
  if (c->downloading) return download(c);
  ssize_t sent = send(c->fd, c->unsent + c->offset, c->length - c->offset, MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN;
  c->offset += (size_t)sent;
  if (c->offset < c->length) return 1;
  free(c->unsent);
  c->unsent = NULL;
  watch(c, EPOLLIN, EPOLL_CTL_MOD);
  return 1;
}

static void accept_all(int listener) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    if (is_tcp) set_nodelay(fd);
    connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    watch(c, EPOLLIN, EPOLL_CTL_ADD);
  }
}

static void echo_datagrams(int fd) {
  static char memory[DATAGRAMS][DATAGRAM];
  static struct sockaddr_in from[DATAGRAMS];
  static struct iovec pieces[DATAGRAMS];
  static struct mmsghdr messages[DATAGRAMS];
  for (int i = 0; i < DATAGRAMS; i++) {
    pieces[i] = (struct iovec){memory[i], DATAGRAM};
    messages[i].msg_hdr = (struct msghdr){
        .msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &pieces[i], .msg_iovlen = 1};
  }
  int count = recvmmsg(fd, messages, DATAGRAMS, MSG_DONTWAIT, NULL);
  for (int i = 0; i < count; i++) pieces[i].iov_len = messages[i].msg_len;
  for (int sent = 0; sent < count;) {
    int result = sendmmsg(fd, messages + sent, (unsigned)(count - sent), MSG_DONTWAIT);
    if (result <= 0) break;
    sent += result;
  }
}

static int listen_on(const char *transport, const char *target) {
  endpoint at = endpoint_of(target);
  int is_udp = strcmp(transport, "udp") == 0;
  int fd = must(socket(at.family, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  int size = 4 * 1024 * 1024;
  if (is_udp) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  must(bind(fd, (struct sockaddr *)&at.address, at.length), "bind");
  if (!is_udp) must(listen(fd, 4096), "listen");
  struct sockaddr_in name = {0};
  socklen_t length = sizeof name;
  if (at.family == AF_INET) getsockname(fd, (struct sockaddr *)&name, &length);
  printf("{\"port\":%d}\n", ntohs(name.sin_port));
  fflush(stdout);
  return fd;
}

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: %s tcp|unix|udp MODE PORT|PATH [FILE]; see the head of epoll-server.c\n", arguments[0]);
    return 2;
  }
  is_tcp = strcmp(arguments[1], "tcp") == 0;
  two_writes = strcmp(arguments[2], "two-writes") == 0;
  is_kept = strcmp(arguments[2], "echo-kept") == 0;
  is_own = strcmp(arguments[2], "echo-own") == 0;
  if (strcmp(arguments[2], "download") == 0 && count > 4) {
    struct stat info;
    file = must(open(arguments[4], O_RDONLY | O_CLOEXEC), "open");
    must(fstat(file, &info), "fstat");
    file_size = info.st_size;
  }
  epoll = must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  connection listener = {.fd = listen_on(arguments[1], arguments[3])};
  connection input = {.fd = 0};
  watch(&listener, EPOLLIN, EPOLL_CTL_ADD);
  watch(&input, EPOLLIN, EPOLL_CTL_ADD);
  for (;;) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      connection *c = events[i].data.ptr;
      if (c == &input) return 0;
      if (c == &listener) {
        if (strcmp(arguments[1], "udp") == 0) echo_datagrams(c->fd);
        else accept_all(c->fd);
        continue;
      }
      int open = events[i].events & EPOLLOUT ? writable(c) : readable(c);
      if (!open) close_connection(c);
    }
  }
}
