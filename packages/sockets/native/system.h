// What the platforms do differently beside polling; linux.c and darwin.c each implement all of it. Results are those
// of system calls: -1 sets errno.
#ifndef BIGHT_SYSTEM_H
#define BIGHT_SYSTEM_H

#include "address.h"

// New descriptors are close-on-exec from birth, and non-blocking.
int system_socket(int family, int type, int protocol);
int system_socketpair(int family, int type, int protocol, int fds[2]);
int system_accept(int fd, address *peer);
int system_duplicate(int fd);

// The family, type and protocol of an existing socket; 0 for a protocol that cannot be asked for.
int system_describe(int fd, int *family, int *type, int *protocol);

// Sends up to `count` bytes of `file` from `offset` on; the bytes sent, which may be fewer, 0 at the end of the file.
ssize_t system_sendfile(int fd, int file, int64_t offset, size_t count);

#endif
