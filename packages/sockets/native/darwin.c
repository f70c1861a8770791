#include "process.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

// There is no accept4() and no SOCK_CLOEXEC here: a fork() between the calls may inherit the descriptor.
static int prepare(int fd) {
  if (fd < 0) return fd;
  int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) >= 0) return fd;
  int failure = errno;
  close(fd);
  errno = failure;
  return -1;
}

int system_socket(int family, int type, int protocol) {
  return prepare(socket(family, type, protocol));
}

int system_socketpair(int family, int type, int protocol, int fds[2]) {
  if (socketpair(family, type, protocol, fds) < 0) return -1;
  if (prepare(fds[0]) < 0) {
    close(fds[1]);
    return -1;
  }
  if (prepare(fds[1]) < 0) {
    close(fds[0]);
    return -1;
  }
  return 0;
}

int system_pipe(int fds[2]) {
  if (pipe(fds) < 0) return -1;
  if (fcntl(fds[0], F_SETFD, FD_CLOEXEC) >= 0 && fcntl(fds[1], F_SETFD, FD_CLOEXEC) >= 0) return 0;
  int failure = errno;
  close(fds[0]);
  close(fds[1]);
  errno = failure;
  return -1;
}

int system_accept(int fd, address *peer) {
  peer->length = sizeof peer->storage;
  return prepare(accept(fd, &peer->any, &peer->length));
}

int system_duplicate(int fd) {
  return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int system_describe(int fd, int *family, int *type, int *protocol) {
  struct sockaddr_storage name;
  socklen_t length = sizeof name;
  if (getsockname(fd, (struct sockaddr *)&name, &length) < 0) return -1;
  *family = name.ss_family;
  length = sizeof *type;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, type, &length) < 0) return -1;
  *protocol = 0;
  return 0;
}

ssize_t system_sendfile(int fd, int file, int64_t offset, size_t count) {
  off_t length = (off_t)count;
  if (length == 0) return 0;  // here a length of 0 means "to the end"
  int result = sendfile(file, fd, (off_t)offset, &length, NULL, 0);
  // A call that would block may have sent something first, and reports it through `length` only.
  if (result < 0 && (length == 0 || (errno != EAGAIN && errno != EINTR))) return -1;
  return (ssize_t)length;
}

// libuv starts programs by posix_spawn() here, which costs no copy of page tables: there is nothing to gain.
int system_spawn(const program *what, child *out) {
  (void)what;
  (void)out;
  errno = ENOSYS;
  return -1;
}

int system_collect(int watch, int *returncode) {
  (void)watch;
  (void)returncode;
  errno = ENOSYS;
  return -1;
}

void system_abandon(const child *self) {
  (void)self;
}
