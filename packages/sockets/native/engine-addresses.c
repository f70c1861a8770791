// Addresses of datagrams. JavaScript keeps an object for each that is known here, under the same id, so that the peers
// of a conversation are made into objects once, and need not be read again from an object to be sent to.
//
// An id stands for one address as long as something in flight may mean it: a row of the event table, or a record in the
// queue. Only then may it come to stand for another, which JavaScript learns before any of its handlers is called.
#include "engine.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

// More than can be in flight at once, so that there is always one whose id is free to be used again.
enum { KNOWN = 4096, BUCKETS = 4096 };
_Static_assert(KNOWN > ROW_CAPACITY + RECORD_CAPACITY, "every address in flight must fit");

typedef struct {
  address name;
  uint32_t row_turn;     // the last collection that gave it to a row
  uint32_t record_turn;  // the last queue that was seen to have a record for it
  int32_t bucket, next;  // the next in its bucket, or -1
} known_address;

struct addresses {
  uint64_t key[2];
  uint32_t row_turn, record_turn;
  int32_t seen;  // how many records of the queue were looked at in this turn
  int32_t count, hand;
  int32_t buckets[BUCKETS];
  known_address known[KNOWN];
};

bool addresses_open(engine *self) {
  if (self->known != NULL) return true;
  addresses *opened = calloc(1, sizeof *opened);
  if (opened == NULL) return false;
  // A peer that can choose addresses must not be able to choose their buckets.
  if (uv_random(NULL, NULL, opened->key, sizeof opened->key, 0, NULL) != 0) {
    free(opened);
    return false;
  }
  opened->row_turn = opened->record_turn = 1;
  for (int i = 0; i < BUCKETS; i++) opened->buckets[i] = -1;
  self->known = opened;
  return true;
}

void addresses_collect(engine *self) {
  if (self->known != NULL) self->known->row_turn++;
}

void addresses_flush(engine *self) {
  if (self->known == NULL) return;
  self->known->record_turn++;
  self->known->seen = 0;
}

static uint64_t rotated(uint64_t word, int bits) {
  return word << bits | word >> (64 - bits);
}

static void mix(uint64_t v[4]) {
  v[0] += v[1];
  v[2] += v[3];
  v[1] = rotated(v[1], 13) ^ v[0];
  v[3] = rotated(v[3], 16) ^ v[2];
  v[0] = rotated(v[0], 32);
  v[2] += v[1];
  v[0] += v[3];
  v[1] = rotated(v[1], 17) ^ v[2];
  v[3] = rotated(v[3], 21) ^ v[0];
  v[2] = rotated(v[2], 32);
}

// SipHash-1-3 (Aumasson and Bernstein).
static uint64_t hash_of(const uint64_t key[2], const uint8_t *bytes, size_t length) {
  uint64_t v[4] = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du, key[0] ^ 0x6c7967656e657261u,
                   key[1] ^ 0x7465646279746573u};
  for (size_t start = 0; start <= length; start += 8) {
    size_t left = length - start;
    uint64_t word = 0;
    memcpy(&word, bytes + start, left < 8 ? left : 8);
    if (left < 8) word |= (uint64_t)length << 56;
    v[3] ^= word;
    mix(v);
    v[0] ^= word;
  }
  v[2] ^= 0xff;
  for (int round = 0; round < 3; round++) mix(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void pin_records(engine *self) {
  addresses *all = self->known;
  int32_t records = self->words[HEADER_RECORDS];
  for (; all->seen < records && all->seen < RECORD_CAPACITY; all->seen++) {
    int32_t id = engine_record(self, all->seen)->address;
    if (id >= 0 && id < all->count) all->known[id].record_turn = all->record_turn;
  }
}

static void forget(addresses *all, int32_t id) {
  int32_t *link = &all->buckets[all->known[id].bucket];
  while (*link != id) link = &all->known[*link].next;
  *link = all->known[id].next;
}

// An id that nothing in flight means; -1 if JavaScript has filled the tables with more than fits into them.
static int32_t free_id(engine *self) {
  addresses *all = self->known;
  if (all->count < KNOWN) return all->count++;
  pin_records(self);
  for (int tries = 0; tries < KNOWN; tries++) {
    int32_t id = all->hand;
    all->hand = (id + 1) % KNOWN;
    const known_address *candidate = &all->known[id];
    if (candidate->row_turn == all->row_turn || candidate->record_turn == all->record_turn) continue;
    forget(all, id);
    return id;
  }
  return -1;
}

static int32_t learn(engine *self, const address *name, int32_t bucket) {
  addresses *all = self->known;
  int32_t id = free_id(self);
  if (id < 0) return -1;
  all->known[id] = (known_address){.name = *name, .bucket = bucket, .next = all->buckets[bucket]};
  all->buckets[bucket] = id;
  return id;
}

static int32_t find(const addresses *all, const address *name, int32_t bucket) {
  for (int32_t id = all->buckets[bucket]; id >= 0; id = all->known[id].next) {
    const address *known = &all->known[id].name;
    if (known->length == name->length && memcmp(&known->storage, &name->storage, name->length) == 0) return id;
  }
  return -1;
}

int32_t address_id(engine *self, const address *name, bool *is_new) {
  addresses *all = self->known;
  uint64_t hash = hash_of(all->key, (const uint8_t *)&name->storage, name->length);
  int32_t bucket = (int32_t)(hash % BUCKETS);
  int32_t id = find(all, name, bucket);
  *is_new = id < 0;
  return *is_new ? learn(self, name, bucket) : id;
}

bool address_is_nameless(const address *name) {
  return name->length <= offsetof(struct sockaddr_un, sun_path);
}

int32_t address_of_row(engine *self, const address *sender) {
  if (address_is_nameless(sender)) return -1;
  bool is_new;
  int32_t id = address_id(self, sender, &is_new);
  if (id < 0) return -1;
  self->known->known[id].row_turn = self->known->row_turn;
  if (is_new) {
    self->words[LEARNED + address_give(self, sender)] = id;
    self->words[HEADER_LEARNED] = self->addresses;
  }
  return id;
}

const address *address_of(engine *self, int32_t id) {
  return self->known != NULL && id >= 0 && id < self->known->count ? &self->known->known[id].name : NULL;
}

int32_t address_give(engine *self, const address *given) {
  int32_t index = self->addresses++;
  span record = {(uint8_t *)(self->words + ADDRESSES + ADDRESS_WORDS * index), ADDRESS_RECORD};
  address_write(given, &record);
  self->words[LEARNED + index] = -1;
  return index;
}
