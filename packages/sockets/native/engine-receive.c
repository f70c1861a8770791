// What the engine does when a descriptor is readable: it receives, or accepts, before JavaScript is called.
#include "engine.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

enum {
  LARGEST = 256 * 1024,      // what one receive takes at most
  SMALLEST = 4 * 1024,       // what it must have room for
  BATCH_BYTES = 256 * 1024,  // after so many, JavaScript should see them while they are in the processor's cache
  MOST_CONNECTIONS = 64,
};

static bool would_block(int failure) {
  return failure == EAGAIN || failure == EWOULDBLOCK || failure == EINTR;
}

static bool fail(engine *self, int32_t index, int failure) {
  engine_row(self, index, ROW_FAILURE)[2] = -failure;
  return true;
}

bool stream_is_over(engine *self, int32_t index, slot *from, ssize_t count) {
  int failure = errno;
  if (count < 0 && would_block(failure)) return true;
  // Nothing else will ever come, and level-triggered readiness would never end.
  slot_watch(self, index, from->interest & ~READY_READ);
  if (count < 0) return fail(self, index, failure);
  engine_row(self, index, ROW_END);
  return true;
}

bool receive_stream(engine *self, int32_t index, slot *from) {
  if (receives_secured(self, index, from)) return receive_secured(self, index, from);
  if (self->rows >= ROW_LIMIT || self->received >= BATCH_BYTES) return false;
  size_t wanted = 2 * (size_t)from->hint;
  if (wanted < SMALLEST) wanted = SMALLEST;
  if (wanted > LARGEST) wanted = LARGEST;
  span room;
  int chosen = slab_room(self, wanted, &room);
  if (chosen < 0) return false;

  ssize_t count = recv(from->fd, room.data, room.length < LARGEST ? room.length : LARGEST, MSG_DONTWAIT);
  if (count <= 0) return stream_is_over(self, index, from, count);
  int32_t *row = engine_row(self, index, ROW_DATA);
  row[2] = chosen;
  row[3] = slab_fill(self, chosen, (size_t)count);
  row[4] = (int32_t)count;
  from->hint = (int32_t)count;
  return true;
}

bool receive_connections(engine *self, int32_t index, slot *from) {
  // As many calls as there were connections last time, rather than one more that finds no further connection.
  int expected = from->hint < 1 ? 1 : from->hint;
  for (int accepted = 0; accepted < expected; accepted++) {
    if (self->rows >= ROW_LIMIT || self->addresses == ADDRESS_CAPACITY) return false;
    address peer;
    int fd = system_accept(from->fd, &peer);
    if (fd < 0) {
      from->hint = accepted;
      // A connection that ended before it was accepted is no failure of the listener.
      return would_block(errno) || errno == ECONNABORTED || fail(self, index, errno);
    }
    descriptor_own(self->entry.owner, fd);
    if (peer.any.sa_family == AF_INET || peer.any.sa_family == AF_INET6) {
      int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    int32_t *row = engine_row(self, index, ROW_ACCEPTED);
    row[2] = fd;
    row[3] = address_give(self, &peer);
  }
  from->hint = 2 * expected < MOST_CONNECTIONS ? 2 * expected : MOST_CONNECTIONS;
  return true;
}

// Datagrams are received all at once into memory of their own, since each might be of any size, and copied into the
// slab, where they take no more than they are.
static bool give_bytes(engine *self, const datagram *from, int32_t *row) {
  span room;
  int chosen = slab_room(self, from->length, &room);
  row[2] = chosen;
  row[4] = (int32_t)from->length;
  if (chosen >= 0) {
    memcpy(room.data, from->data, from->length);
    row[3] = slab_fill(self, chosen, from->length);
    return true;
  }
  napi_env env = self->entry.owner->env;
  napi_value overflow, copy;
  row[3] = self->overflows;
  self->received += from->length;
  return napi_get_reference_value(env, self->overflow, &overflow) == napi_ok &&
         napi_create_buffer_copy(env, from->length, from->data, NULL, &copy) == napi_ok &&
         napi_set_element(env, overflow, (uint32_t)self->overflows++, copy) == napi_ok;
}

// A Unix datagram may be of any size; one of the Internet has a largest.
static bool is_of_any_size(slot *from) {
  if (from->family == AF_UNSPEC) {
    address name = {.length = sizeof name.storage};
    if (getsockname(from->fd, &name.any, &name.length) == 0) from->family = name.any.sa_family;
  }
  return from->family != AF_INET && from->family != AF_INET6;
}

static void give_datagram(engine *self, int32_t index, const datagram *received) {
  int32_t *row = engine_row(self, index, ROW_DATAGRAM);
  if (received->is_cut) {
    row[1] = ROW_FAILURE;
    row[2] = -EMSGSIZE;
  } else if (give_bytes(self, received, row)) {
    row[5] = address_of_row(self, &received->peer);
  } else {
    self->rows--;  // no memory: lost, as datagrams may be
  }
}

bool receive_datagrams(engine *self, int32_t index, slot *from) {
  int most = ROW_LIMIT - self->rows;
  if (most > ADDRESS_CAPACITY - self->addresses) most = ADDRESS_CAPACITY - self->addresses;
  if (most <= 0 || self->received >= BATCH_BYTES) return false;
  if (self->incoming == NULL) self->incoming = datagrams_open();
  if (self->incoming == NULL || !addresses_open(self)) return fail(self, index, ENOMEM);

  int count = is_of_any_size(from) ? datagrams_receive_any(self->incoming, from->fd, most)
                                   : datagrams_receive(self->incoming, from->fd, most);
  if (count < 0) return would_block(errno) || fail(self, index, errno);
  for (int i = 0; i < count; i++) give_datagram(self, index, datagrams_at(self->incoming, i));
  return true;
}
