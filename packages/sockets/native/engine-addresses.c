// Addresses of datagrams: JavaScript keeps an object for each that is known here, under the same id, so that the peers of
// a conversation are made into objects once, and need not be read again from an object to be sent to.
#include "engine.h"

#include <stdlib.h>
#include <string.h>

enum { KNOWN = 1024 };

static uint32_t hash_of(const address *hashed) {
  const uint8_t *bytes = (const uint8_t *)&hashed->storage;
  uint32_t hash = 2166136261u;
  for (socklen_t i = 0; i < hashed->length; i++) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

bool addresses_open(engine *self) {
  if (self->known == NULL) self->known = calloc(KNOWN, sizeof *self->known);
  return self->known != NULL;
}

int32_t address_id(engine *self, const address *wanted, bool *is_new) {
  int32_t id = (int32_t)(hash_of(wanted) % KNOWN);
  address *known = &self->known[id];
  // An entry without a length was never used, or is that of senders without a name.
  *is_new = known->length == 0 || known->length != wanted->length ||
            memcmp(&known->storage, &wanted->storage, wanted->length) != 0;
  if (*is_new) *known = *wanted;
  return id;
}

const address *address_of(engine *self, int32_t id) {
  return self->known != NULL && id >= 0 && id < KNOWN && self->known[id].length > 0 ? &self->known[id] : NULL;
}

int32_t address_give(engine *self, const address *given) {
  int32_t index = self->addresses++;
  span record = {(uint8_t *)(self->words + ADDRESSES + ADDRESS_WORDS * index), ADDRESS_RECORD};
  address_write(given, &record);
  return index;
}
