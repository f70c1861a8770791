// There are no calls for several datagrams at once here.
#include "system.h"

#include <stdlib.h>

enum { AT_ONCE = 16 };

struct datagrams {
  datagram received[AT_ONCE];
  uint8_t memory[AT_ONCE * LARGEST_DATAGRAM];
};

datagrams *datagrams_open(void) {
  datagrams *self = malloc(sizeof *self);
  for (int i = 0; self != NULL && i < AT_ONCE; i++) self->received[i].data = self->memory + i * LARGEST_DATAGRAM;
  return self;
}

void datagrams_close(datagrams *self) {
  free(self);
}

int datagrams_receive(datagrams *self, int fd, int most) {
  int count = 0;
  while (count < most && count < AT_ONCE) {
    datagram *next = &self->received[count];
    next->peer.length = sizeof next->peer.storage;
    ssize_t length = recvfrom(fd, next->data, LARGEST_DATAGRAM, MSG_DONTWAIT, &next->peer.any, &next->peer.length);
    if (length < 0) return count > 0 ? count : -1;
    next->length = (size_t)length;
    count++;
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
