// Slabs: the large buffers that JavaScript provides to receive into, and hands out slices of. It replaces the full
// ones.
#include "engine.h"

// JavaScript may detach a slab: where its memory is must be looked up anew in every collection. It has delivered or
// copied what the last one brought, so that each begins where the last one began, in the processor's cache.
void slabs_rewind(engine *self) {
  for (int i = 0; i < SLABS; i++) {
    self->slabs[i].memory = NULL;
    self->slabs[i].position = 0;
  }
}

// Every receive begins at a cache line. Some processors copy many times slower to an address a few bytes past the page
// offset of the source, which is where malloc() puts large blocks. Typed arrays want alignment, too.
static size_t aligned(const slab *self, size_t position) {
  uintptr_t address = (uintptr_t)self->memory + position;
  return position + (-address & 63);
}

static bool map_slab(engine *self, slab *mapped) {
  if (mapped->memory != NULL) return true;
  napi_env env = self->entry.owner->env;
  napi_value value;
  span whole;
  if (mapped->reference == NULL || napi_get_reference_value(env, mapped->reference, &value) != napi_ok ||
      !read_span(env, value, &whole) || whole.data == NULL) {
    return false;
  }
  mapped->memory = whole.data;
  mapped->length = whole.length;
  mapped->position = aligned(mapped, mapped->position);
  return true;
}

int slab_room(engine *self, size_t wanted, span *room) {
  for (int i = 0; i < SLABS; i++) {
    slab *candidate = &self->slabs[i];
    if (self->words[HEADER_SPENT] & (1 << i)) continue;
    if (map_slab(self, candidate) && candidate->position + wanted <= candidate->length) {
      room->data = candidate->memory + candidate->position;
      room->length = candidate->length - candidate->position;
      return i;
    }
    self->words[HEADER_SPENT] |= 1 << i;
  }
  return -1;
}

int32_t slab_fill(engine *self, int chosen, size_t count) {
  slab *filled = &self->slabs[chosen];
  int32_t offset = (int32_t)filled->position;
  filled->position = aligned(filled, filled->position + count);
  self->received += count;
  return offset;
}
