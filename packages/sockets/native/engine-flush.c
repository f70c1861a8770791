// Sending what JavaScript has queued: its bytes lie in the arena, and a record says which are for whom. All records of
// one connection go out in one system call.
#include "engine.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0  // without it Node's ignoring of SIGPIPE does
#endif

enum { MOST_PARTS = 64 };

typedef struct {
  int32_t slot;
  int32_t start;
  int32_t length;
  int32_t address;
} record;

static const record *record_at(engine *self, int32_t index) {
  return (const record *)(self->words + RECORDS) + index;
}

static int32_t *add_result(engine *self, int32_t *results, int32_t index) {
  int32_t *result = self->words + RESULTS + RESULT_WIDTH * (*results)++;
  result[0] = index;
  return result;
}

static void send_stream(engine *self, int32_t index, slot *to, const uint8_t *arena, int32_t *results) {
  size_t total = 0;
  for (int32_t next = to->head; next >= 0;) {
    struct iovec parts[MOST_PARTS];
    size_t wanted = 0;
    int count = 0;
    for (; next >= 0 && count < MOST_PARTS; next = self->links[next], count++) {
      const record *queued = record_at(self, next);
      parts[count] = (struct iovec){(void *)(arena + queued->start), (size_t)queued->length};
      wanted += (size_t)queued->length;
    }
    struct msghdr message = {.msg_iov = parts};
    message.msg_iovlen = (unsigned)count;  // of another type on every system
    ssize_t sent = count == 1 ? send(to->fd, parts[0].iov_base, wanted, MSG_DONTWAIT | MSG_NOSIGNAL)
                              : sendmsg(to->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) total += (size_t)sent;
    if (sent >= 0 && (size_t)sent == wanted) continue;
    int32_t *result = add_result(self, results, index);
    result[1] = sent >= 0 || errno == EINTR || errno == EWOULDBLOCK ? -EAGAIN : -errno;
    result[2] = (int32_t)total;
    return;
  }
}

static void send_datagrams(engine *self, int32_t index, slot *to, const uint8_t *arena, int32_t *results) {
  for (int32_t next = to->head; next >= 0;) {
    outgoing list[MOST_DATAGRAMS];
    int32_t indices[MOST_DATAGRAMS + 1];
    int count = 0;
    for (; next >= 0 && count < MOST_DATAGRAMS; next = self->links[next]) {
      const record *queued = record_at(self, next);
      indices[count] = next;
      list[count++] = (outgoing){arena + queued->start, (size_t)queued->length, address_of(self, queued->address)};
    }
    indices[count] = next;
    for (int done = 0; done < count;) {
      int sent = datagrams_send(to->fd, list + done, count - done);
      if (sent > 0) {
        done += sent;
        continue;
      }
      if (errno == EINTR) continue;
      int32_t *result = add_result(self, results, index);
      result[1] = errno == EWOULDBLOCK ? -EAGAIN : -errno;
      result[2] = 0;
      result[3] = indices[done];
      // Full means full for all that follow; any other failure is that of one datagram.
      if (result[1] == -EAGAIN || errno == ENOBUFS) return;
      done++;
    }
  }
}

// Chains the records of each slot, in order. Returns how many slots there are, and which.
static int32_t link_records(engine *self, int32_t records, size_t arena_length, int32_t *order) {
  int32_t slots = 0;
  for (int32_t i = 0; i < records; i++) {
    const record *queued = record_at(self, i);
    slot *to = slot_at(self, queued->slot);
    if (to == NULL || queued->start < 0 || queued->length < 0) continue;
    if ((size_t)queued->start + (size_t)queued->length > arena_length) continue;
    self->links[i] = -1;
    if (to->head < 0) {
      to->head = i;
      order[slots++] = queued->slot;
    } else {
      self->links[to->tail] = i;
    }
    to->tail = i;
  }
  return slots;
}

int engine_flush(engine *self) {
  int32_t records = self->words[HEADER_RECORDS], results = 0, order[RECORD_CAPACITY];
  self->words[HEADER_FLUSHED] = records;
  self->words[HEADER_RECORDS] = 0;
  if (records <= 0 || records > RECORD_CAPACITY) return 0;
  napi_value value;
  span arena;
  if (napi_get_reference_value(self->entry.owner->env, self->arena, &value) != napi_ok ||
      !read_span(self->entry.owner->env, value, &arena)) {
    return 0;
  }
  int32_t slots = link_records(self, records, arena.length, order);
  for (int32_t i = 0; i < slots; i++) {
    slot *to = &self->slots[order[i]];
    if (to->mode == MODE_DATAGRAM) send_datagrams(self, order[i], to, arena.data, &results);
    else send_stream(self, order[i], to, arena.data, &results);
    to->head = to->tail = -1;
  }
  return results;
}
