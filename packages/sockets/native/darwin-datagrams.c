// There are no calls for several datagrams at once here.
#include "system.h"

#include <stdlib.h>
#include <sys/uio.h>

enum { AT_ONCE = 16 };

struct datagrams {
  datagram received[AT_ONCE];
  uint8_t *large;  // for one that is longer than what the memory below has for it
  uint8_t memory[AT_ONCE * LARGEST_DATAGRAM];
};

datagrams *datagrams_open(void) {
  datagrams *self = malloc(sizeof *self);
  if (self != NULL) self->large = NULL;
  return self;
}

void datagrams_close(datagrams *self) {
  if (self != NULL) free(self->large);
  free(self);
}

// Receives one into memory of a length.
static bool receive_one(int fd, datagram *into, uint8_t *memory, size_t length) {
  struct iovec part = {memory, length};
  struct msghdr header = {.msg_name = &into->peer.storage, .msg_namelen = sizeof into->peer.storage};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  ssize_t count = recvmsg(fd, &header, MSG_DONTWAIT);
  if (count < 0) return false;
  into->data = memory;
  into->length = (size_t)count;
  into->peer.length = header.msg_namelen;
  into->is_cut = (header.msg_flags & MSG_TRUNC) != 0;
  return true;
}

int datagrams_receive(datagrams *self, int fd, int most) {
  int count = 0;
  while (count < most && count < AT_ONCE) {
    uint8_t *memory = self->memory + count * LARGEST_DATAGRAM;
    if (!receive_one(fd, &self->received[count], memory, LARGEST_DATAGRAM)) return count > 0 ? count : -1;
    count++;
  }
  return count;
}

// How long the next one is; 0 when none is there.
static size_t next_length(int fd) {
  int length = 0;
  socklen_t size = sizeof length;
  return getsockopt(fd, SOL_SOCKET, SO_NREAD, &length, &size) < 0 || length < 0 ? 0 : (size_t)length;
}

int datagrams_receive_any(datagrams *self, int fd, int most) {
  int count = 0;
  while (count < most && count < AT_ONCE) {
    uint8_t *memory = self->memory + count * LARGEST_DATAGRAM;
    size_t room = LARGEST_DATAGRAM, length = next_length(fd);
    if (length > room) {
      // There is but one such memory; without it the datagram is cut, and so reported.
      if (count > 0) return count;
      uint8_t *larger = realloc(self->large, length);
      if (larger != NULL) {
        memory = self->large = larger;
        room = length;
      }
    }
    if (!receive_one(fd, &self->received[count], memory, room)) return count > 0 ? count : -1;
    count++;
    if (length > LARGEST_DATAGRAM) return count;
  }
  return count;
}

const datagram *datagrams_at(const datagrams *self, int index) {
  return &self->received[index];
}

int datagrams_send(int fd, const outgoing *list, int count) {
  int sent = 0;
  while (sent < count && sent < MOST_DATAGRAMS) {
    const address *peer = list[sent].peer;
    const struct sockaddr *name = peer == NULL ? NULL : &peer->any;
    if (sendto(fd, list[sent].data, list[sent].length, MSG_DONTWAIT, name, peer == NULL ? 0 : peer->length) < 0) {
      return sent > 0 ? sent : -1;
    }
    sent++;
  }
  return sent;
}
