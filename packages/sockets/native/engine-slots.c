// The descriptors that an engine watches. JavaScript knows them by small integers.
#include "engine.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

static uint64_t token_of(int32_t index, uint32_t generation) {
  return (uint64_t)generation << 32 | (uint32_t)index;
}

slot *slot_at(engine *self, int32_t index) {
  if (index < 0 || index >= self->slot_count || !(self->slots[index].generation & 1)) return NULL;
  return &self->slots[index];
}

slot *slot_of_token(engine *self, uint64_t token, int32_t *index) {
  *index = (int32_t)(uint32_t)token;
  slot *found = slot_at(self, *index);
  return found != NULL && found->generation == (uint32_t)(token >> 32) ? found : NULL;
}

static bool grow_slots(engine *self) {
  int32_t capacity = self->slot_capacity == 0 ? 64 : 2 * self->slot_capacity;
  slot *larger = realloc(self->slots, (size_t)capacity * sizeof *larger);
  if (larger == NULL) return false;
  self->slots = larger;
  self->slot_capacity = capacity;
  return true;
}

static bool grow_descriptors(engine *self, int fd) {
  int capacity = self->descriptors == 0 ? 64 : self->descriptors;
  while (capacity <= fd) capacity = capacity > INT_MAX / 2 ? INT_MAX : 2 * capacity;
  int32_t *larger = realloc(self->by_descriptor, (size_t)capacity * sizeof *larger);
  if (larger == NULL) return false;
  for (int i = self->descriptors; i < capacity; i++) larger[i] = -1;
  self->by_descriptor = larger;
  self->descriptors = capacity;
  return true;
}

static int32_t take_slot(engine *self) {
  int32_t index = self->free_slots;
  if (index >= 0) {
    self->free_slots = self->slots[index].next;
    return index;
  }
  self->slots[self->slot_count] = (slot){.generation = 0};
  return self->slot_count++;
}

// A descriptor may have been closed behind our back, and its number be in use for something else that the poller does
// not know yet, or knows already.
static int change(engine *self, const slot *changed, int before, int after, uint64_t token) {
  int result = poller_change(self->poller, changed->fd, before, after, token);
  if (result == 0 || after == 0) return result;
  if (before != 0 && errno == ENOENT) return poller_change(self->poller, changed->fd, 0, after, token);
  if (before == 0 && errno == EEXIST) return poller_change(self->poller, changed->fd, after, after, token);
  return result;
}

static void set_interest(engine *self, slot *changed, int interest) {
  self->watched += (interest != 0) - (changed->interest != 0);
  changed->interest = (uint8_t)interest;
}

int slot_watch(engine *self, int32_t index, int interest) {
  slot *changed = &self->slots[index];
  if (interest == changed->interest) return 0;
  uint64_t token = token_of(index, changed->generation);
  int result = changed->told == TOLD_BY_OTHERS ? 0 : change(self, changed, changed->interest, interest, token);
  if (result < 0 && interest != 0) return -1;
  set_interest(self, changed, interest);  // what the poller does not know, it need not forget
  return 0;
}

int32_t slot_open(engine *self, int fd, int mode, int interest) {
  bool has_room = (self->free_slots >= 0 || self->slot_count < self->slot_capacity || grow_slots(self)) &&
                  (fd < self->descriptors || grow_descriptors(self, fd));
  if (!has_room) {
    errno = ENOMEM;
    return -1;
  }
  // Its number being free for this one, an earlier descriptor must have been closed behind our back. Its slot sleeps
  // from now on; withdrawing it from the poller later would hit this one.
  slot *earlier = slot_at(self, self->by_descriptor[fd]);
  if (earlier != NULL) set_interest(self, earlier, 0);

  int32_t index = take_slot(self);
  slot *opened = &self->slots[index];
  *opened = (slot){.fd = fd, .generation = opened->generation + 1, .mode = (uint8_t)mode, .head = -1, .tail = -1};
  self->by_descriptor[fd] = index;
  if (slot_watch(self, index, interest) == 0) return index;
  int failure = errno;
  slot_release(self, index);
  errno = failure;
  return -1;
}

void slot_release(engine *self, int32_t index) {
  slot *released = &self->slots[index];
  slot_watch(self, index, 0);
  if (self->by_descriptor[released->fd] == index) self->by_descriptor[released->fd] = -1;
  released->generation++;
  // While the rows of a batch may still name it, a slot must not stand for another descriptor.
  int32_t *list = self->words[HEADER_BATCH] ? &self->released_slots : &self->free_slots;
  released->next = *list;
  *list = index;
}

void slots_settle(engine *self) {
  while (self->released_slots >= 0) {
    int32_t index = self->released_slots;
    self->released_slots = self->slots[index].next;
    self->slots[index].next = self->free_slots;
    self->free_slots = index;
  }
}

void slots_free(engine *self) {
  free(self->slots);
  free(self->by_descriptor);
}
