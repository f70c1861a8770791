// TLS in the engine: a slot whose stream a connection of OpenSSL protects. What comes is decrypted before JavaScript is
// called, and what is queued is encrypted when it goes out, so that a message costs no call of its own.
//
// The records of TLS have numbers: they must be sent in the order in which OpenSSL made them. What it makes by itself
// while it reads, and what the system has not taken, is kept with the connection, and is sent before anything else.
#include "engine.h"
#include "tls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
  LARGEST = 256 * 1024,   // what one receive takes at most
  SMALLEST = 4 * 1024,    // what it must have room for
  BATCH_BYTES = 256 * 1024,
  LONGEST_RECORD = 20 * 1024,  // a record that had begun before, decrypted with what has come
  SEALED = 320 * 1024,    // the whole arena, encrypted
  GATHERED = 16 * 1024,   // as much as a record may hold
  SEND_AT_ONCE = 128 * 1024,
  MOST_ROWS = 3,  // for what one receive has brought
};

static uint8_t *scratch_of(tls_environment *all) {
  if (all->scratch == NULL) all->scratch = malloc(LARGEST + SEALED + GATHERED);
  return all->scratch;
}

tls_connection *slot_connection(engine *self, const slot *from) {
  tls_environment *all = self->entry.owner->tls;
  if (from->tls == 0 || all == NULL) return NULL;
  tls_connection *found = tls_table_get(&all->connections, from->tls);
  return found != NULL && found->serial == from->tls_serial ? found : NULL;
}

int engine_secure(engine *self, int32_t index, int number) {
  tls_environment *all = tls_of(self->entry.owner);
  slot *secured = &self->slots[index];
  secured->tls = 0;
  if (number == 0) return 0;
  tls_connection *connection = all == NULL ? NULL : tls_table_get(&all->connections, number);
  if (connection == NULL || !connection->is_secured) return -EINVAL;
  if (scratch_of(all) == NULL) return -ENOMEM;
  secured->tls = number;
  secured->tls_serial = connection->serial;
  return 0;
}

// Receiving

static bool has_records(engine *self, int32_t index) {
  int32_t records = self->words[HEADER_RECORDS];
  for (int32_t i = 0; i < records && i < RECORD_CAPACITY; i++) {
    if (engine_record(self, i)->slot == index) return true;
  }
  return false;
}

bool receives_secured(engine *self, int32_t index, const slot *from) {
  // What is queued as bytes of TLS has earlier numbers than an answer that OpenSSL would make now: JavaScript keeps the
  // order, and gets what has come as it is.
  return from->tls != 0 && slot_connection(self, from) != NULL && !has_records(self, index);
}

static void report(engine *self, int32_t index, int flags, size_t unsent) {
  int32_t *row = engine_row(self, index, ROW_TLS);
  row[2] = flags;
  row[3] = (int32_t)unsent;
}

static void decrypt(engine *self, int32_t index, tls_connection *connection, size_t count, int chosen, span *room) {
  int32_t state[STATE_LENGTH];
  connection->in = (span){self->entry.owner->tls->scratch, count};
  connection->out = (span){NULL, 0};
  tls_feed(connection, room, state);
  // Before the data: what their reader writes has later numbers.
  if (state[STATE_SPILLED] > 0) report(self, index, 0, (size_t)state[STATE_SPILLED]);
  if (state[STATE_PLAIN] > 0) {
    int32_t *row = engine_row(self, index, ROW_DECRYPTED);
    row[2] = chosen;
    row[3] = slab_fill(self, chosen, (size_t)state[STATE_PLAIN]);
    row[4] = state[STATE_PLAIN];
  }
  if (state[STATE_FLAGS] != 0) report(self, index, state[STATE_FLAGS], 0);
}

bool receive_secured(engine *self, int32_t index, slot *from) {
  if (self->rows + MOST_ROWS > ROW_LIMIT || self->received >= BATCH_BYTES) return false;
  size_t wanted = 2 * (size_t)from->hint;
  if (wanted < SMALLEST) wanted = SMALLEST;
  if (wanted > LARGEST) wanted = LARGEST;
  span room;
  int chosen = slab_room(self, wanted + LONGEST_RECORD, &room);
  if (chosen < 0) return false;

  ssize_t count = recv(from->fd, self->entry.owner->tls->scratch, wanted, MSG_DONTWAIT);
  if (count <= 0) return stream_is_over(self, index, from, count);
  from->hint = (int32_t)count;
  decrypt(self, index, slot_connection(self, from), (size_t)count, chosen, &room);
  return true;
}

// Sending

// What is to be sent, after what the connection has unsent: encrypted bytes, in the environment's memory.
typedef struct {
  tls_connection *connection;
  uint8_t *memory;
  size_t length;
} outbox;

static outbox open_outbox(engine *self, tls_connection *connection) {
  return (outbox){connection, self->entry.owner->tls->scratch + LARGEST, 0};
}

static bool put_sealed(outbox *box, const span *plain) {
  span room = {box->memory + box->length, SEALED - box->length};
  size_t made;
  bool result = tls_seal(box->connection, plain, &room, &made);
  box->length += made;
  return result;
}

static bool put_bytes(outbox *box, const span *bytes) {
  span room = {box->memory + box->length, SEALED - box->length};
  size_t made;
  bool result = tls_pass(box->connection, bytes, &room, &made);
  box->length += made;
  return result;
}

static ssize_t send_bytes(int fd, const uint8_t *bytes, size_t length) {
  ssize_t sent;
  do sent = send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent;
}

// Sends it; what the system does not take stays with the connection. 0 or an errno.
static int empty_outbox(outbox *box, int fd) {
  if (box->length > 0) {
    ssize_t sent = send_bytes(fd, box->memory, box->length);
    int failure = errno;
    if (sent < 0 && failure != EAGAIN && failure != EWOULDBLOCK) return failure;
    size_t done = sent < 0 ? 0 : (size_t)sent;
    span rest = {box->memory + done, box->length - done};
    box->length = 0;
    if (rest.length > 0) return tls_keep(box->connection, &rest) ? EAGAIN : ENOMEM;
  }
  while (box->connection->spilled > 0) {
    ssize_t sent = send_bytes(fd, box->connection->spill, box->connection->spilled);
    if (sent < 0) return errno;
    tls_drop_spilled(box->connection, (size_t)sent);
  }
  return 0;
}

// Several short pieces become one record.
typedef struct {
  uint8_t *memory;
  span bytes;
} gathering;

static bool seal_gathered(outbox *box, gathering *all) {
  bool result = all->bytes.length == 0 || put_sealed(box, &all->bytes);
  all->bytes.length = 0;
  return result;
}

static bool gather(outbox *box, gathering *all, uint8_t *data, size_t length) {
  if (all->bytes.length + length > GATHERED) {
    if (!seal_gathered(box, all)) return false;
  }
  if (length > GATHERED) return put_sealed(box, &(span){data, length});
  if (all->bytes.length == 0) {
    // Nothing is copied where the piece stays alone.
    all->bytes = (span){data, length};
    return true;
  }
  if (all->bytes.data != all->memory) {
    memcpy(all->memory, all->bytes.data, all->bytes.length);
    all->bytes.data = all->memory;
  }
  memcpy(all->memory + all->bytes.length, data, length);
  all->bytes.length += length;
  return true;
}

static bool put_record(outbox *box, gathering *all, const record *queued, const span *arena) {
  uint8_t *data = arena->data + queued->start;
  if (queued->address == RECORD_SECURED) return gather(box, all, data, (size_t)queued->length);
  return seal_gathered(box, all) && put_bytes(box, &(span){data, (size_t)queued->length});
}

int send_secured(engine *self, slot *to, const span *arena) {
  outbox box = open_outbox(self, slot_connection(self, to));
  gathering all = {box.memory + SEALED, {NULL, 0}};
  bool is_good = true;
  for (int32_t next = to->head; is_good && next >= 0; next = self->links[next]) {
    is_good = put_record(&box, &all, engine_record(self, next), arena);
  }
  is_good = is_good && seal_gathered(&box, &all);
  int failure = empty_outbox(&box, to->fd);
  return is_good || failure != 0 ? failure : EPROTO;
}

// First what is queued for the slot. Returns how many bytes of `plain` were encrypted, or -1 with errno.
ssize_t engine_send_secured(engine *self, int32_t index, const span *plain) {
  slot *to = &self->slots[index];
  tls_connection *connection = slot_connection(self, to);
  span arena;
  self->words[HEADER_SPILLED] = 0;
  if (connection == NULL || !engine_arena(self, &arena)) {
    errno = EINVAL;
    return -1;
  }
  outbox box = open_outbox(self, connection);
  gathering all = {box.memory + SEALED, {NULL, 0}};
  bool is_good = true;
  int32_t records = self->words[HEADER_RECORDS];
  for (int32_t i = 0; is_good && i < records && i < RECORD_CAPACITY; i++) {
    record *queued = engine_record(self, i);
    if (queued->slot != index || queued->length == 0 || !record_is_inside(queued, &arena)) continue;
    is_good = put_record(&box, &all, queued, &arena);
    // What is queued next may lengthen the last record.
    queued->start += queued->length;
    queued->length = 0;
  }
  is_good = is_good && seal_gathered(&box, &all);
  size_t done = 0;
  int failure = 0;
  while (is_good && failure == 0 && done < plain->length) {
    size_t length = plain->length - done < SEND_AT_ONCE ? plain->length - done : SEND_AT_ONCE;
    is_good = put_sealed(&box, &(span){plain->data + done, length});
    done += length;
    failure = empty_outbox(&box, to->fd);
  }
  self->words[HEADER_SPILLED] = connection->spilled > 0;
  if (is_good && (failure == 0 || failure == EAGAIN || failure == EWOULDBLOCK)) return (ssize_t)done;
  errno = is_good ? failure : EPROTO;
  return -1;
}
