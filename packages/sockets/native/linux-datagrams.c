// recvmmsg() and sendmmsg().
#include "system.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

// A power of two would put the beginnings of all datagrams into the same few lines of the processor's cache.
enum { STRIDE = LARGEST_DATAGRAM + 192, ALIGNMENT = 64, BATCH_BYTES = 256 * 1024 };

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

static void place(datagrams *self, int index, uint8_t *memory, size_t length) {
  self->received[index].data = memory;
  self->parts[index] = (struct iovec){memory, length};
}

static void note(datagrams *self, int index, size_t length) {
  const struct msghdr *header = &self->headers[index].msg_hdr;
  self->received[index].length = length;
  self->received[index].peer.length = header->msg_namelen;
  self->received[index].is_cut = (header->msg_flags & MSG_TRUNC) != 0;
}

int datagrams_receive(datagrams *self, int fd, int most) {
  // Each header costs a little, whether it is used or not.
  if (most > self->expected) most = self->expected;
  for (int i = 0; i < most; i++) {
    place(self, i, self->memory + i * STRIDE, LARGEST_DATAGRAM);
    self->headers[i].msg_hdr.msg_namelen = sizeof self->received[i].peer.storage;
  }
  int count = recvmmsg(fd, self->headers, (unsigned)most, MSG_DONTWAIT, NULL);
  for (int i = 0; i < count; i++) note(self, i, self->headers[i].msg_len);
  if (count == self->expected) self->expected = 2 * count < MOST_DATAGRAMS ? 2 * count : MOST_DATAGRAMS;
  else if (count >= 0 && count < self->expected / 4) self->expected /= 2;
  return count;
}

// Where the next one is to go, of which `used` bytes of the memory are behind; false when it is to wait for the next
// call. The kernel makes none that the memory could not hold; it would be cut, and so reported.
static bool make_room(datagrams *self, int index, size_t length, size_t used) {
  size_t left = sizeof self->memory - used;
  if (length > left && index > 0) return false;
  place(self, index, self->memory + used, left);
  return true;
}

int datagrams_receive_any(datagrams *self, int fd, int most) {
  int count = 0;
  for (size_t used = 0; count < most && count < MOST_DATAGRAMS && used < BATCH_BYTES; count++) {
    int waiting = 0;
    if (ioctl(fd, FIONREAD, &waiting) < 0 || waiting < 0) waiting = 0;
    if (!make_room(self, count, (size_t)waiting, used)) return count;
    struct msghdr *header = &self->headers[count].msg_hdr;
    header->msg_namelen = sizeof self->received[count].peer.storage;
    ssize_t length = recvmsg(fd, header, MSG_DONTWAIT);
    if (length < 0) return count > 0 ? count : -1;
    note(self, count, (size_t)length);
    used += ((size_t)length + ALIGNMENT) & ~(size_t)(ALIGNMENT - 1);
  }
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
