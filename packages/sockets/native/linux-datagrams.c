// recvmmsg() and sendmmsg().
#include "system.h"

#include <stdlib.h>
#include <sys/uio.h>

// A power of two would put the beginnings of all datagrams into the same few lines of the processor's cache.
enum { STRIDE = LARGEST_DATAGRAM + 192 };

struct datagrams {
  struct mmsghdr headers[MOST_DATAGRAMS];
  struct iovec parts[MOST_DATAGRAMS];
  datagram received[MOST_DATAGRAMS];
  int expected;
  uint8_t memory[MOST_DATAGRAMS * STRIDE];
};

datagrams *datagrams_open(void) {
  datagrams *self = malloc(sizeof *self);
  if (self == NULL) return NULL;
  self->expected = 8;
  for (int i = 0; i < MOST_DATAGRAMS; i++) {
    self->received[i].data = self->memory + i * STRIDE;
    self->parts[i] = (struct iovec){self->received[i].data, LARGEST_DATAGRAM};
    self->headers[i].msg_hdr = (struct msghdr){
        .msg_name = &self->received[i].peer.storage,
        .msg_iov = &self->parts[i],
        .msg_iovlen = 1,
    };
  }
  return self;
}

void datagrams_close(datagrams *self) {
  free(self);
}

int datagrams_receive(datagrams *self, int fd, int most) {
  // Each header costs a little, whether it is used or not.
  if (most > self->expected) most = self->expected;
  for (int i = 0; i < most; i++) self->headers[i].msg_hdr.msg_namelen = sizeof self->received[i].peer.storage;
  int count = recvmmsg(fd, self->headers, (unsigned)most, MSG_DONTWAIT, NULL);
  for (int i = 0; i < count; i++) {
    self->received[i].length = self->headers[i].msg_len;
    self->received[i].peer.length = self->headers[i].msg_hdr.msg_namelen;
  }
  if (count == self->expected) self->expected = 2 * count < MOST_DATAGRAMS ? 2 * count : MOST_DATAGRAMS;
  else if (count >= 0 && count < self->expected / 4) self->expected /= 2;
  return count;
}

const datagram *datagrams_at(const datagrams *self, int index) {
  return &self->received[index];
}

int datagrams_send(int fd, const outgoing *list, int count) {
  struct mmsghdr headers[MOST_DATAGRAMS];
  struct iovec parts[MOST_DATAGRAMS];
  if (count > MOST_DATAGRAMS) count = MOST_DATAGRAMS;
  for (int i = 0; i < count; i++) {
    const address *peer = list[i].peer;
    parts[i] = (struct iovec){(void *)list[i].data, list[i].length};
    headers[i].msg_hdr = (struct msghdr){
        .msg_name = peer == NULL ? NULL : (void *)&peer->storage,
        .msg_namelen = peer == NULL ? 0 : peer->length,
        .msg_iov = &parts[i],
        .msg_iovlen = 1,
    };
  }
  return sendmmsg(fd, headers, (unsigned)count, MSG_DONTWAIT | MSG_NOSIGNAL);
}
