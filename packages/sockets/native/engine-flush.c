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

record *engine_record(engine *self, int32_t index) {
  return (record *)(self->words + RECORDS) + index;
}

static void add_result(engine *self, int32_t *results, int32_t index, int failure, size_t sent, int32_t queued) {
  int32_t *result = self->words + RESULTS + RESULT_WIDTH * (*results)++;
  result[0] = index;
  result[1] = failure == EINTR || failure == EWOULDBLOCK ? -EAGAIN : -failure;
  result[2] = (int32_t)sent;
  result[3] = queued;
}

static ssize_t send_parts(int fd, struct iovec *parts, int count) {
  struct msghdr message = {.msg_iov = parts};
  message.msg_iovlen = (unsigned)count;  // of another type on every system
  ssize_t sent;
  do {
    if (count == 1) sent = send(fd, parts[0].iov_base, parts[0].iov_len, MSG_DONTWAIT | MSG_NOSIGNAL);
    else sent = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

static void send_stream(engine *self, int32_t index, slot *to, const uint8_t *arena, int32_t *results) {
  size_t total = 0;
  for (int32_t next = to->head; next >= 0;) {
    struct iovec parts[MOST_PARTS];
    size_t wanted = 0;
    int count = 0;
    for (; next >= 0 && count < MOST_PARTS; next = self->links[next], count++) {
      const record *queued = engine_record(self, next);
      parts[count] = (struct iovec){(void *)(arena + queued->start), (size_t)queued->length};
      wanted += (size_t)queued->length;
    }
    ssize_t sent = send_parts(to->fd, parts, count);
    if (sent >= 0) total += (size_t)sent;
    if (sent >= 0 && (size_t)sent == wanted) continue;
    add_result(self, results, index, sent >= 0 ? EAGAIN : errno, total, to->head);
    return;
  }
}

static void send_datagrams(engine *self, int32_t index, slot *to, const uint8_t *arena, int32_t *results) {
  for (int32_t next = to->head; next >= 0;) {
    outgoing list[MOST_DATAGRAMS];
    int32_t indices[MOST_DATAGRAMS];
    int count = 0;
    for (; next >= 0 && count < MOST_DATAGRAMS; next = self->links[next]) {
      const record *queued = engine_record(self, next);
      indices[count] = next;
      list[count++] = (outgoing){arena + queued->start, (size_t)queued->length, address_of(self, queued->address)};
    }
    for (int done = 0; done < count;) {
      int sent = datagrams_send(to->fd, list + done, count - done);
      if (sent > 0) {
        done += sent;
        continue;
      }
      if (errno == EINTR) continue;
      int failure = errno;
      add_result(self, results, index, failure, 0, indices[done]);
      // Full means full for all that follow; any other failure is that of one datagram.
      if (failure == EAGAIN || failure == EWOULDBLOCK || failure == ENOBUFS) return;
      done++;
    }
  }
}

bool record_is_inside(const record *queued, const span *arena) {
  return queued->start >= 0 && queued->length >= 0 &&
         (size_t)queued->start + (size_t)queued->length <= arena->length;
}

// Chains the records of each slot, in order. Returns how many slots there are, and which.
static int32_t link_records(engine *self, int32_t records, const span *arena, int32_t *order) {
  int32_t slots = 0;
  for (int32_t i = 0; i < records; i++) {
    const record *queued = engine_record(self, i);
    slot *to = slot_at(self, queued->slot);
    bool is_sent = queued->length == 0 && queued->address <= RECORD_STREAM;
    if (to == NULL || is_sent || !record_is_inside(queued, arena)) continue;
    // Without its connection it is sent in no form at all.
    if (queued->address == RECORD_SECURED && slot_connection(self, to) == NULL) continue;
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

bool engine_arena(engine *self, span *arena) {
  napi_env env = self->entry.owner->env;
  napi_value value;
  return napi_get_reference_value(env, self->arena, &value) == napi_ok && read_span(env, value, arena);
}

int engine_flush(engine *self) {
  int32_t records = self->words[HEADER_RECORDS], results = 0, order[RECORD_CAPACITY];
  span arena;
  self->words[HEADER_FLUSHED] = records;
  self->words[HEADER_RECORDS] = 0;
  addresses_flush(self);
  if (records <= 0 || records > RECORD_CAPACITY || !engine_arena(self, &arena)) return 0;
  int32_t slots = link_records(self, records, &arena, order);
  for (int32_t i = 0; i < slots; i++) {
    slot *to = &self->slots[order[i]];
    if (slot_connection(self, to) != NULL) {
      int failure = send_secured(self, to, &arena);
      // -1: the connection has what was not sent.
      if (failure != 0) add_result(self, &results, order[i], failure, SIZE_MAX, to->head);
    } else if (to->mode == MODE_DATAGRAM) send_datagrams(self, order[i], to, arena.data, &results);
    else send_stream(self, order[i], to, arena.data, &results);
    to->head = to->tail = -1;
  }
  return results;
}

// What is queued for the slot and could not be sent stays in the queue, whose flush will find the same.
ssize_t engine_send(engine *self, int32_t index, const span *bytes) {
  struct iovec parts[MOST_PARTS];
  record *queued[MOST_PARTS];
  int count = 0;
  int32_t records = self->words[HEADER_RECORDS];
  span arena;
  if (records > 0 && records <= RECORD_CAPACITY && engine_arena(self, &arena)) {
    for (int32_t i = 0; i < records; i++) {
      record *found = engine_record(self, i);
      bool is_of_slot = found->slot == index && found->address == RECORD_STREAM;
      if (!is_of_slot || found->length == 0 || !record_is_inside(found, &arena)) continue;
      if (count == MOST_PARTS - 1) return 0;
      queued[count] = found;
      parts[count++] = (struct iovec){arena.data + found->start, (size_t)found->length};
    }
  }
  parts[count] = (struct iovec){bytes->data, bytes->length};
  ssize_t sent = send_parts(self->slots[index].fd, parts, count + 1);
  if (sent < 0) return -1;
  for (int i = 0; i < count; i++) {
    int32_t part = sent < queued[i]->length ? (int32_t)sent : queued[i]->length;
    queued[i]->start += part;
    queued[i]->length -= part;
    sent -= part;
  }
  return sent;
}
