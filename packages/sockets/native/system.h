// What the platforms do differently beside polling; linux.c and darwin.c each implement all of it. Results are those
// of system calls: -1 sets errno.
#ifndef BIGHT_SYSTEM_H
#define BIGHT_SYSTEM_H

#include "address.h"

// New descriptors are close-on-exec and non-blocking from the start.
int system_socket(int family, int type, int protocol);
int system_socketpair(int family, int type, int protocol, int fds[2]);
// Two ends of a new pipe, for reading and for writing. They block: a child process expects that of its end.
int system_pipe(int fds[2]);
int system_accept(int fd, address *peer);
int system_duplicate(int fd);

// The family, type and protocol of an existing socket; 0 for a protocol that cannot be asked for.
int system_describe(int fd, int *family, int *type, int *protocol);

// Sends up to `count` bytes of `file` from `offset` on; the bytes sent, which may be fewer, 0 at the end of the file.
ssize_t system_sendfile(int fd, int file, int64_t offset, size_t count);

// Datagrams in batches. Receiving is into memory of its own, which the next call reuses.
typedef struct {
  uint8_t *data;
  size_t length;
  address peer;
  bool is_cut;  // there was no room for all of it, and the rest is lost
} datagram;

typedef struct {
  const uint8_t *data;
  size_t length;
  const address *peer;  // NULL: the one that the socket is connected to
} outgoing;

enum {
  MOST_DATAGRAMS = 64,
  LARGEST_DATAGRAM = 65536,  // of the Internet's
};

typedef struct datagrams datagrams;

datagrams *datagrams_open(void);
void datagrams_close(datagrams *self);

// Receives without waiting; how many, at most `most` and MOST_DATAGRAMS.
int datagrams_receive(datagrams *self, int fd, int most);

// The same for a socket whose datagrams may be longer than LARGEST_DATAGRAM: it costs a call more for each of them.
int datagrams_receive_any(datagrams *self, int fd, int most);
const datagram *datagrams_at(const datagrams *self, int index);

// Sends without waiting; how many of the list, in order, at most MOST_DATAGRAMS; -1 when the first one fails.
int datagrams_send(int fd, const outgoing *list, int count);

#endif
