// Turning the poller's events into rows of the event table: receiving and accepting is done here, before JavaScript is
// called.
//
// A batch has room for some bytes and some rows. What finds no room waits in a queue of its own, and is served before
// anything else in the next batch: every ready descriptor has its turn, whatever the other descriptors bring. The
// poller cannot ensure that, since it would give the same descriptors first again.
#include "engine.h"

#include <errno.h>
#include <string.h>

enum { MOST_EVENTS = 512, FEWEST_EVENTS = 4 };

int32_t *engine_row(engine *self, int32_t index, int kind) {
  if (self->rows >= (kind == ROW_TIMER ? ROW_CAPACITY : ROW_LIMIT)) return NULL;
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

// A row for each: what reading sets off is to be over before writing is reported.
static bool report_ready(engine *self, int32_t index, int events) {
  int both = READY_READ | READY_WRITE;
  if (self->rows + (events == both) >= ROW_LIMIT) return false;
  if (events & READY_READ) engine_row(self, index, ROW_READY)[2] = READY_READ;
  if (events & READY_WRITE) engine_row(self, index, ROW_READY)[2] = READY_WRITE;
  return true;
}

// Returns the events for which there is no room in this batch.
static int take(engine *self, int32_t index, slot *ready, int reported) {
  int events = reported & ready->interest;
  // Writing comes first: it cannot run out of bytes, and must not wait for reading that can.
  int plain = ready->mode == MODE_READY ? events : events & READY_WRITE;
  if (plain != 0 && report_ready(self, index, plain)) events &= ~plain;
  if (ready->waiting != 0 || ready->mode == MODE_READY) return events;
  if ((events & READY_READ) && receive(self, index, ready)) events &= ~READY_READ;
  return events;
}

// Returns whether nothing of it has to wait.
static bool take_or_wait(engine *self, int32_t index, slot *ready, int reported) {
  int left = take(self, index, ready, reported);
  if (left != 0) slot_wait(self, index, left, false);
  return left == 0;
}

// Those that wait, the longest first, as far as there is room. A selector that JavaScript asks has its own table.
static void serve_waiting(engine *self, bool from_poller) {
  while (self->first_waiting >= 0) {
    int32_t index = self->first_waiting;
    slot *ready = &self->slots[index];
    if ((ready->source == SOURCE_POLLER) != from_poller) return;
    int events = ready->waiting;
    slot_wait_no_more(self, index);
    int left = take(self, index, ready, events);
    if (left == 0) continue;
    slot_wait(self, index, left, true);
    return;
  }
}

static bool take_event(engine *self, const poller_event *event) {
  if (event->token == TIMER_TOKEN) {
    // There is always a row for it.
    poller_timer_clear(self->poller, self->timer);
    self->is_timer_set = false;
    engine_row(self, -1, ROW_TIMER);
    return true;
  }
  int32_t index;
  slot *ready = slot_of_token(self, event->token, &index);
  if (ready == NULL) return true;
  if (ready->source == SOURCE_POLLER) return take_or_wait(self, index, ready, event->ready);
  self->words[HEADER_WAKE_UP] = 1;
  return true;
}

static void begin(engine *self) {
  self->rows = self->addresses = self->overflows = 0;
  self->received = 0;
  self->words[HEADER_LEARNED] = 0;
  addresses_collect(self);
  slabs_rewind(self);
}

int engine_collect(engine *self, int milliseconds) {
  poller_event events[MOST_EVENTS];
  begin(self);
  self->words[HEADER_WAKE_UP] = 0;
  int count = poller_wait(self->poller, events, self->most_events, self->first_waiting >= 0 ? 0 : milliseconds);
  if (count < 0 && errno != EINTR) return -1;
  serve_waiting(self, true);
  int taken = 0;
  for (int i = 0; i < count; i++) taken += take_event(self, &events[i]);
  // Asking for more events than can be handled costs time again for each of them.
  if (taken < count) {
    self->most_events = taken < FEWEST_EVENTS ? FEWEST_EVENTS : taken;
  } else if (count == self->most_events && count < MOST_EVENTS) {
    self->most_events = 2 * count < MOST_EVENTS ? 2 * count : MOST_EVENTS;
  }
  self->has_more = self->first_waiting >= 0 || count == self->most_events;
  return self->rows;
}

int engine_take(engine *self, const uint8_t *pairs, size_t count) {
  begin(self);
  serve_waiting(self, false);
  for (size_t i = 0; i < count; i++) {
    int32_t pair[2];
    memcpy(pair, pairs + i * sizeof pair, sizeof pair);
    slot *ready = slot_at(self, pair[0]);
    if (ready != NULL) take_or_wait(self, pair[0], ready, pair[1]);
  }
  if (self->first_waiting >= 0) self->has_more = true;
  return self->rows;
}
