// The descriptors that an engine watches. JavaScript knows them by small integers.
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
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
  int result = changed->source == SOURCE_SELECTOR ? 0 : change(self, changed, changed->interest, interest, token);
  if (result < 0 && interest != 0) return -1;
  set_interest(self, changed, interest);  // what the poller does not know, it need not forget
  return 0;
}

static int32_t *neighbour(engine *self, int32_t index, bool after) {
  if (index < 0) return after ? &self->first_waiting : &self->last_waiting;
  return after ? &self->slots[index].after : &self->slots[index].before;
}

void slot_wait(engine *self, int32_t index, int events, bool first) {
  slot *waiting = &self->slots[index];
  if (waiting->waiting == 0) {
    waiting->before = first ? -1 : self->last_waiting;
    waiting->after = first ? self->first_waiting : -1;
    *neighbour(self, waiting->before, true) = index;
    *neighbour(self, waiting->after, false) = index;
  }
  waiting->waiting |= (uint8_t)events;
}

void slot_wait_no_more(engine *self, int32_t index) {
  slot *waiting = &self->slots[index];
  if (waiting->waiting == 0) return;
  *neighbour(self, waiting->before, true) = waiting->after;
  *neighbour(self, waiting->after, false) = waiting->before;
  waiting->waiting = 0;
}

// Its number being free for another one, its descriptor must have been closed behind our back. From now on the slot
// stands for none: nothing that is done to it may affect the other.
static void lose_descriptor(engine *self, int32_t index) {
  set_interest(self, &self->slots[index], 0);
  slot_wait_no_more(self, index);
  self->slots[index].fd = -1;
}

static bool make_room(engine *self, int fd) {
  // No table of that size is made for a number that is no descriptor.
  if (fd >= self->descriptors && fcntl(fd, F_GETFD) < 0) return false;
  bool has_room = (self->free_slots >= 0 || self->slot_count < self->slot_capacity || grow_slots(self)) &&
                  (fd < self->descriptors || grow_descriptors(self, fd));
  if (!has_room) errno = ENOMEM;
  return has_room;
}

int32_t slot_open(engine *self, int fd, int mode, int interest) {
  if (!make_room(self, fd)) return -1;
  if (slot_at(self, self->by_descriptor[fd]) != NULL) lose_descriptor(self, self->by_descriptor[fd]);

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

// What was queued for it must not go to the next one that gets its number.
static void drop_records(engine *self, int32_t index) {
  int32_t records = self->words[HEADER_RECORDS];
  for (int32_t i = 0; i < records && i < RECORD_CAPACITY; i++) {
    record *queued = engine_record(self, i);
    if (queued->slot == index) queued->slot = -1;
  }
}

void slot_release(engine *self, int32_t index) {
  slot *released = &self->slots[index];
  slot_watch(self, index, 0);
  slot_wait_no_more(self, index);
  drop_records(self, index);
  if (released->fd >= 0 && self->by_descriptor[released->fd] == index) self->by_descriptor[released->fd] = -1;
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
