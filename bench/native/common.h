// The common code of the native programs of the benchmarks.
#ifndef BIGHT_BENCH_COMMON_H
#define BIGHT_BENCH_COMMON_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// Ends the program when a system call fails that cannot fail for a good reason.
static inline int must(int result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static inline void set_nodelay(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

typedef struct {
  struct sockaddr_storage address;
  socklen_t length;
  int family;
} endpoint;

// A path, or a port of 127.0.0.1.
static inline endpoint endpoint_of(const char *target) {
  endpoint made = {0};
  if (target[0] == '/') {
    struct sockaddr_un *unix_address = (struct sockaddr_un *)&made.address;
    unix_address->sun_family = made.family = AF_UNIX;
    strncpy(unix_address->sun_path, target, sizeof unix_address->sun_path - 1);
    made.length = sizeof *unix_address;
  } else {
    struct sockaddr_in *inet_address = (struct sockaddr_in *)&made.address;
    inet_address->sin_family = made.family = AF_INET;
    inet_address->sin_port = htons((uint16_t)atoi(target));
    inet_address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    made.length = sizeof *inet_address;
  }
  return made;
}

#endif
