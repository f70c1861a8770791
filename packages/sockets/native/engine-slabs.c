// Slabs: the large buffers that JavaScript provides to receive into, and hands out slices of. It replaces the full ones.
#include "engine.h"

// Looked up anew in every collection, since JavaScript may have detached it meanwhile.
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
  // Aligned, so that typed arrays of any kind can be laid over a slice.
  filled->position += (count + 7) & ~(size_t)7;
  self->received += count;
  return offset;
}
