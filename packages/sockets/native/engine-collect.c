// Turning the poller's events into rows of the event table: receiving and accepting is done here, before JavaScript is
// called.
#include "engine.h"

#include <errno.h>

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

// Returns false when there is no room for what the event brings. The poller reports it again.
static bool take(engine *self, const poller_event *event) {
  if (event->token == TIMER_TOKEN) {
    poller_timer_clear(self->poller, self->timer);
    self->timer_set = false;
    return engine_row(self, -1, ROW_TIMER) != NULL;
  }
  int32_t index;
  slot *ready = slot_of_token(self, event->token, &index);
  if (ready == NULL) return true;
  int events = event->ready & ready->interest;
  // Writing comes first: it cannot run out of room for what it brings, and must not wait for reading that can.
  int plain = ready->mode == MODE_READY ? events : events & READY_WRITE;
  if (plain != 0 && !tell_ready(self, index, plain)) return false;
  return (events & ~plain) == 0 || receive(self, index, ready);
}

int engine_collect(engine *self, int milliseconds) {
  poller_event events[MOST_EVENTS];
  self->rows = self->addresses = self->overflows = 0;
  self->received = 0;
  slabs_unmap(self);
  int count = poller_wait(self->poller, events, self->most_events, milliseconds);
  if (count < 0) return errno == EINTR ? 0 : -1;
  int taken = 0;
  while (taken < count && take(self, &events[taken])) taken++;
  // Asking for more events than can be handled costs time again for each of them.
  if (taken < count) self->most_events = taken < FEWEST_EVENTS ? FEWEST_EVENTS : taken;
  else if (count == self->most_events && count < MOST_EVENTS) self->most_events = 2 * count < MOST_EVENTS ? 2 * count : MOST_EVENTS;
  self->more = taken < count || count == self->most_events;
  return self->rows;
}
