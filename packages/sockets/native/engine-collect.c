// Turning the poller's events into rows of the event table: receiving and accepting is done here, before JavaScript is
// called.
#include "engine.h"

#include <errno.h>
#include <string.h>

enum { MOST_EVENTS = 512, FEWEST_EVENTS = 4 };

int32_t *engine_row(engine *self, int32_t index, int kind) {
  if (self->rows == ROW_CAPACITY) return NULL;
  int32_t *row = self->words + ROWS + ROW_WIDTH * self->rows++;
  row[0] = index;
  row[1] = kind;
  return row;
}

static bool receive(engine *self, int32_t index, slot *from) {
  switch (from->mode) {
    case MODE_STREAM:
      return receive_stream(self, index, from);
    case MODE_LISTEN:
      return receive_connections(self, index, from);
    default:
      return receive_datagrams(self, index, from);
  }
}

// A row for each: what reading sets off is to be over before writing is told.
static bool tell_ready(engine *self, int32_t index, int events) {
  int both = READY_READ | READY_WRITE;
  if (self->rows + (events == both) >= ROW_CAPACITY) return false;
  if (events & READY_READ) engine_row(self, index, ROW_READY)[2] = READY_READ;
  if (events & READY_WRITE) engine_row(self, index, ROW_READY)[2] = READY_WRITE;
  return true;
}

// Returns false when there is no room for what the event brings. Whoever told of it will do so again.
static bool take(engine *self, int32_t index, slot *ready, int told) {
  int events = told & ready->interest;
  // Writing comes first: it cannot run out of room for what it brings, and must not wait for reading that can.
  int plain = ready->mode == MODE_READY ? events : events & READY_WRITE;
  if (plain != 0 && !tell_ready(self, index, plain)) return false;
  return (events & ~plain) == 0 || receive(self, index, ready);
}

static bool take_event(engine *self, const poller_event *event) {
  if (event->token == TIMER_TOKEN) {
    poller_timer_clear(self->poller, self->timer);
    self->timer_set = false;
    return engine_row(self, -1, ROW_TIMER) != NULL;
  }
  int32_t index;
  slot *ready = slot_of_token(self, event->token, &index);
  if (ready == NULL) return true;
  if (ready->told == TOLD_BY_POLLER) return take(self, index, ready, event->ready);
  self->words[HEADER_RUNG] = 1;
  return true;
}

static void begin(engine *self) {
  self->rows = self->addresses = self->overflows = 0;
  self->received = 0;
  slabs_unmap(self);
}

int engine_collect(engine *self, int milliseconds) {
  poller_event events[MOST_EVENTS];
  begin(self);
  self->words[HEADER_RUNG] = 0;
  int count = poller_wait(self->poller, events, self->most_events, milliseconds);
  if (count < 0) return errno == EINTR ? 0 : -1;
  int taken = 0;
  while (taken < count && take_event(self, &events[taken])) taken++;
  // Asking for more events than can be handled costs time again for each of them.
  if (taken < count) self->most_events = taken < FEWEST_EVENTS ? FEWEST_EVENTS : taken;
  else if (count == self->most_events && count < MOST_EVENTS) self->most_events = 2 * count < MOST_EVENTS ? 2 * count : MOST_EVENTS;
  self->more = taken < count || count == self->most_events;
  return self->rows;
}

int engine_take(engine *self, const uint8_t *pairs, size_t count) {
  begin(self);
  for (size_t i = 0; i < count; i++) {
    int32_t pair[2];
    memcpy(pair, pairs + i * sizeof pair, sizeof pair);
    slot *ready = slot_at(self, pair[0]);
    if (ready == NULL || take(self, pair[0], ready, pair[1])) continue;
    self->more = true;
    break;
  }
  return self->rows;
}
