#include "system.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

int system_socket(int family, int type, int protocol) {
  return socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

int system_socketpair(int family, int type, int protocol, int fds[2]) {
  return socketpair(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol, fds);
}

int system_pipe(int fds[2]) {
  return pipe2(fds, O_CLOEXEC);
}

int system_accept(int fd, address *peer) {
  peer->length = sizeof peer->storage;
  return accept4(fd, &peer->any, &peer->length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int system_duplicate(int fd) {
  return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static int option(int fd, int name, int *value) {
  socklen_t length = sizeof *value;
  return getsockopt(fd, SOL_SOCKET, name, value, &length);
}

int system_describe(int fd, int *family, int *type, int *protocol) {
  if (option(fd, SO_DOMAIN, family) < 0 || option(fd, SO_TYPE, type) < 0) return -1;
  return option(fd, SO_PROTOCOL, protocol);
}

ssize_t system_sendfile(int fd, int file, int64_t offset, size_t count) {
  off_t position = (off_t)offset;
  return sendfile(fd, file, &position, count);
}
