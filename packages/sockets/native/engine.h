// The event engine: many descriptors, one call into JavaScript for each batch of their events. One engine serves one
// loop; README.md explains its use. Everything here happens on the thread of its environment.
#ifndef BIGHT_ENGINE_H
#define BIGHT_ENGINE_H

#include "address.h"
#include "environment.h"
#include "poller.h"
#include "system.h"

#include <uv.h>

// The tables that C and JavaScript share: words of 32 bits in one SharedArrayBuffer, which cannot be detached.
// src/engine/tables.ts has the same; a change of either needs another BINDING_VERSION.
enum {
  HEADER_RECORDS = 0,  // how many records JavaScript has queued
  HEADER_BATCH = 1,    // 1 while a batch is being handled, at the end of which its writes go out
  HEADER_SPENT = 2,    // bit n: slab n is full and a fresh one is wanted
  HEADER_FLUSHED = 3,  // how many records the last flush took; they stay where they are until new ones are queued
  HEADER_WAKE_UP = 4,  // 1 when something is ready that the user's selector has to be asked about
  HEADER_LEARNED = 5,  // how many of the addresses in the table below may be new under an id
  HEADER_SPILLED = 6,  // 1 when engine_send_secured() has made bytes that the system did not take
  HEADER_LENGTH = 8,

  ROW_WIDTH = 6,  // slot, kind, and what belongs to the kind
  ROW_CAPACITY = 1024,
  ROW_LIMIT = ROW_CAPACITY - 1,  // the last one is kept for the timer
  ROWS = HEADER_LENGTH,

  RECORD_WIDTH = 4,  // slot, start in the arena, length, id of the receiver's address or -1
  RECORD_CAPACITY = 1024,
  RECORDS = ROWS + ROW_WIDTH * ROW_CAPACITY,

  RESULT_WIDTH = 4,  // slot, -errno, bytes sent before that, index of the record
  RESULTS = RECORDS + RECORD_WIDTH * RECORD_CAPACITY,

  ADDRESS_WORDS = ADDRESS_RECORD / 4,
  ADDRESS_CAPACITY = 256,
  ADDRESSES = RESULTS + RESULT_WIDTH * RECORD_CAPACITY,

  LEARNED = ADDRESSES + ADDRESS_WORDS * ADDRESS_CAPACITY,  // the id that each of these addresses has from now on, or -1

  TABLES_LENGTH = LEARNED + ADDRESS_CAPACITY,
};

// The kinds of rows, and the words after slot and kind.
enum {
  ROW_READY = 1,     // events
  ROW_DATA = 2,      // slab, offset, length
  ROW_END = 3,       // the other end sends no more
  ROW_FAILURE = 4,   // -errno of receiving or accepting
  ROW_ACCEPTED = 5,  // descriptor, index of the peer's address
  ROW_DATAGRAM = 6,  // slab, offset, length, id of the sender's address or -1; or slab -1 and the index of a buffer in
                     // `overflow`
  ROW_TIMER = 7,     // (the slot is -1)
  ROW_DECRYPTED = 8,  // slab, offset, length
  ROW_TLS = 9,  // the flags of tls_feed(), the length of what OpenSSL has made to be sent
};

// What the engine does by itself when a descriptor is readable.
enum { MODE_READY = 0, MODE_STREAM = 1, MODE_LISTEN = 2, MODE_DATAGRAM = 3 };

// Whether a started engine keeps the process alive: while something is watched or a time is set, always, or never.
enum { KEEP_WATCHING = 0, KEEP_ALIVE = 1, KEEP_NEVER = 2 };

// What decides that a descriptor is ready: the engine's poller; or a selector that JavaScript asks, whose answer it
// passes to engine_take(). The poller decides when to ask: it watches the same descriptor, or that of the selector, to
// wake it up.
enum { SOURCE_POLLER = 0, SOURCE_SELECTOR = 1, SOURCE_WAKE_UP = 2 };

enum { SLABS = 2, MOST_DESCRIPTORS = 1 << 24 };

typedef struct {
  int fd;               // -1 once its number was seen to stand for another descriptor
  uint32_t generation;  // odd while in use; the poller's events carry it, so that old ones can be distinguished
  uint8_t mode;
  uint8_t interest;
  uint8_t source;
  uint8_t waiting;            // the events that wait for a batch with room for them
  int32_t before, after;      // while it waits: its neighbours in the queue, or -1
  int32_t hint;               // how many bytes, or connections, or datagrams the last event brought
  int32_t next;               // in the list of the free, or of those that become free when the batch is over
  int32_t head, tail;         // while flushing: the first and last record of this slot, or -1
  sa_family_t family;         // of a datagram socket that was received from; 0 before
  int32_t tls;                // the number of the connection that protects the stream; 0 for none
  uint32_t tls_serial;        // its own: numbers are used again
} slot;

// What JavaScript has queued: a piece of a stream, or a datagram.
typedef struct {
  int32_t slot;
  int32_t start;
  int32_t length;
  int32_t address;  // RECORD_STREAM, RECORD_SECURED, or of a datagram
} record;

// A piece of a stream as it is, or one that is to be encrypted, and is not sent otherwise.
enum { RECORD_STREAM = -2, RECORD_SECURED = -3 };

// A large buffer of JavaScript's to receive into.
typedef struct {
  napi_ref reference;
  size_t position;
  uint8_t *memory;  // only during a collection: JavaScript could detach it
  size_t length;
} slab;

typedef struct addresses addresses;

typedef struct engine {
  pending entry;  // first: the environment's list hands out pointers to it
  struct engine *next;
  int32_t id;
  bool is_closing, is_started, is_held, is_timer_set, has_more;
  int keep_alive;

  uv_poll_t watcher;
  napi_async_context context;
  napi_ref dispatch, tables, arena, overflow;
  int32_t *words;

  int poller, timer;
  int most_events;
  int rows, addresses, overflows;
  size_t received;

  slot *slots;
  int32_t slot_count, slot_capacity, free_slots, released_slots, watched;
  int32_t first_waiting, last_waiting;
  int32_t *by_descriptor;  // the slot of each descriptor, or -1
  int descriptors;

  slab slabs[SLABS];
  datagrams *incoming;
  addresses *known;  // of datagrams

  int32_t links[RECORD_CAPACITY];
} engine;

// engine.c
engine *engine_open(environment *owner, const napi_value *argv, int32_t *words, int *failure);
engine *engine_find(napi_env env, napi_value id);
int engine_start(engine *self, int keep_alive);
void engine_stop(engine *self);
void engine_settle_reference(engine *self);
void engine_close(engine *self);

// engine-slots.c: -1 sets errno.
slot *slot_at(engine *self, int32_t index);
slot *slot_of_token(engine *self, uint64_t token, int32_t *index);
int32_t slot_open(engine *self, int fd, int mode, int interest);
int slot_watch(engine *self, int32_t index, int interest);
void slot_release(engine *self, int32_t index);
// Puts it at the end of those that wait, or at their beginning; and takes it out.
void slot_wait(engine *self, int32_t index, int events, bool first);
void slot_wait_no_more(engine *self, int32_t index);
void slots_settle(engine *self);
void slots_free(engine *self);

// engine-collect.c: fills the event table; the number of rows, or -1 with errno.
static const uint64_t TIMER_TOKEN = UINT64_MAX;
int engine_collect(engine *self, int milliseconds);

// Fills it with what a selector says is ready instead, `count` pairs of slot and events; the number of rows.
int engine_take(engine *self, const uint8_t *pairs, size_t count);
int32_t *engine_row(engine *self, int32_t index, int kind);

// engine-receive.c: false when there is no room for what the descriptor has.
bool receive_stream(engine *self, int32_t index, slot *from);
// Nothing else will come, or nothing yet; what recv() has returned says it.
bool stream_is_over(engine *self, int32_t index, slot *from, ssize_t count);
bool receive_connections(engine *self, int32_t index, slot *from);
bool receive_datagrams(engine *self, int32_t index, slot *from);

// engine-slabs.c: the slab with that much room left, or -1; then how much of it was used.
void slabs_rewind(engine *self);
int slab_room(engine *self, size_t wanted, span *room);
int32_t slab_fill(engine *self, int chosen, size_t count);

// engine-addresses.c
bool addresses_open(engine *self);
// A new collection begins: the rows of the last one are no longer in use.
void addresses_collect(engine *self);
// The queue went out: its records are no longer in use.
void addresses_flush(engine *self);
int32_t address_id(engine *self, const address *name, bool *is_new);  // -1 when there is no room
bool address_is_nameless(const address *name);
// The id of a sender for the event table; -1 for one without a name.
int32_t address_of_row(engine *self, const address *sender);
const address *address_of(engine *self, int32_t id);
// Writes an address into the event table, and returns its index there.
int32_t address_give(engine *self, const address *given);

// engine-flush.c: sends what is queued; the number of results, one for each failure.
int engine_flush(engine *self);
record *engine_record(engine *self, int32_t index);

bool engine_arena(engine *self, span *arena);
bool record_is_inside(const record *queued, const span *arena);

// Sends bytes now, after what is queued for the slot; how many of them were sent, or -1 with errno.
ssize_t engine_send(engine *self, int32_t index, const span *bytes);

// engine-tls.c: 0 or -errno. Number 0: the stream is not protected any more.
int engine_secure(engine *self, int32_t index, int number);
struct tls_connection *slot_connection(engine *self, const slot *from);
// Whether what comes is to be decrypted here.
bool receives_secured(engine *self, int32_t index, const slot *from);
bool receive_secured(engine *self, int32_t index, slot *from);
// Sends the records of a slot whose stream is protected: 0 or an errno.
int send_secured(engine *self, slot *to, const span *arena);
ssize_t engine_send_secured(engine *self, int32_t index, const span *plain);

#endif
