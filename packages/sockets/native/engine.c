// The life of an engine, and its turns: libuv says that the poller is readable, the events are collected, JavaScript is
// called once, and what it queued is sent.
#include "engine.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

// How many batches are handled before the rest of the process gets its turn.
enum { MOST_BATCHES = 4 };

static void call_dispatch(engine *self, int32_t rows, int32_t results) {
  napi_env env = self->entry.owner->env;
  napi_value receiver, dispatch, argv[2], thrown;
  bool failed = false;
  napi_status status = napi_get_global(env, &receiver);
  if (status == napi_ok) status = napi_get_reference_value(env, self->dispatch, &dispatch);
  if (status == napi_ok) status = napi_create_int32(env, rows, &argv[0]);
  if (status == napi_ok) status = napi_create_int32(env, results, &argv[1]);
  if (status == napi_ok) status = napi_make_callback(env, self->context, receiver, dispatch, 2, argv, NULL);
  if (status != napi_ok && napi_is_exception_pending(env, &failed) == napi_ok && failed) {
    napi_get_and_clear_last_exception(env, &thrown);
    napi_fatal_exception(env, thrown);
  }
}

// One batch: everything that JavaScript does in it, its microtasks included, is over when the writes go out.
static void handle_batch(engine *self, int32_t rows) {
  int32_t results = 0;
  do {
    self->words[HEADER_BATCH] = 1;
    call_dispatch(self, rows, results);
    if (self->is_closing) return;
    rows = 0;
    results = engine_flush(self);
    self->words[HEADER_BATCH] = 0;
  } while (results > 0);
  slots_settle(self);
  engine_settle_reference(self);
}

static void on_readable(uv_poll_t *watcher, int status, int events) {
  (void)status;
  (void)events;
  engine *self = watcher->data;
  napi_env env = self->entry.owner->env;
  for (int batch = 0; batch < MOST_BATCHES && self->is_started && !self->is_closing; batch++) {
    napi_handle_scope scope;
    if (self->words[HEADER_BATCH] || napi_open_handle_scope(env, &scope) != napi_ok) return;
    int rows = engine_collect(self, 0);
    // Without slabs there are no rows, and without a call there are no fresh slabs.
    bool is_worth_it = rows > 0 || (rows == 0 && (self->words[HEADER_SPENT] || self->words[HEADER_WAKE_UP]));
    if (is_worth_it) handle_batch(self, rows);
    napi_close_handle_scope(env, scope);
    if (!is_worth_it || !self->has_more) return;
  }
}

// Keeps what JavaScript made of the engine from being collected, or lets it: an engine that nothing can happen to is
// reachable only from JavaScript, where one that was forgotten is found, reported and closed.
static void hold(engine *self, bool wanted) {
  if (self->is_held == wanted || self->dispatch == NULL) return;
  self->is_held = wanted;
  uint32_t count;
  if (wanted) napi_reference_ref(self->entry.owner->env, self->dispatch, &count);
  else napi_reference_unref(self->entry.owner->env, self->dispatch, &count);
}

// Whether the process stays alive for this engine's sake, and the engine's JavaScript for the sake of its descriptors.
void engine_settle_reference(engine *self) {
  bool is_busy = self->keep_alive == KEEP_ALIVE || self->watched > 0 || self->is_timer_set;
  bool wanted = self->is_started && self->keep_alive != KEEP_NEVER && is_busy;
  if (wanted) uv_ref((uv_handle_t *)&self->watcher);
  else uv_unref((uv_handle_t *)&self->watcher);
  hold(self, self->is_started && is_busy);
}

static void free_engine(uv_handle_t *watcher) {
  engine *self = watcher->data;
  pending_remove(&self->entry);
  poller_timer_close(self->poller, self->timer);
  close(self->poller);
  datagrams_close(self->incoming);
  slots_free(self);
  free(self->known);
  free(self);
}

static void stop(pending *entry) {
  engine *self = (engine *)entry;
  if (self->is_closing) return;
  self->is_closing = true;
  uv_close((uv_handle_t *)&self->watcher, free_engine);
}

static void forget(engine *self) {
  engine **link = &self->entry.owner->engines;
  while (*link != NULL && *link != self) link = &(*link)->next;
  if (*link == self) *link = self->next;
}

void engine_close(engine *self) {
  napi_env env = self->entry.owner->env;
  forget(self);
  napi_ref references[] = {self->dispatch,           self->tables,             self->arena, self->overflow,
                           self->slabs[0].reference, self->slabs[1].reference};
  for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
    if (references[i] != NULL) napi_delete_reference(env, references[i]);
  }
  if (self->context != NULL) napi_async_destroy(env, self->context);
  stop(&self->entry);
}

static int open_poller(engine *self) {
  self->poller = poller_open();
  if (self->poller < 0) return -errno;
  self->timer = poller_timer_open(self->poller, TIMER_TOKEN);
  int failure = self->timer < 0 ? -errno : uv_poll_init(self->entry.owner->loop, &self->watcher, self->poller);
  if (failure == 0) return 0;
  if (self->timer >= 0) poller_timer_close(self->poller, self->timer);
  close(self->poller);
  return failure;
}

// Takes the JavaScript values that an engine works with; they stay alive as long as it does.
static napi_status keep_values(engine *self, napi_env env, const napi_value *argv) {
  napi_value name;
  napi_status status = napi_create_string_utf8(env, "BIGHT_ENGINE", NAPI_AUTO_LENGTH, &name);
  if (status == napi_ok) status = napi_async_init(env, NULL, name, &self->context);
  if (status == napi_ok) status = napi_create_reference(env, argv[0], 1, &self->tables);
  if (status == napi_ok) status = napi_create_reference(env, argv[1], 1, &self->arena);
  if (status == napi_ok) status = napi_create_reference(env, argv[2], 1, &self->overflow);
  if (status == napi_ok) status = napi_create_reference(env, argv[3], 0, &self->dispatch);
  return status;
}

engine *engine_open(environment *owner, const napi_value *argv, int32_t *words, int *failure) {
  engine *self = owner->is_ending ? NULL : calloc(1, sizeof *self);
  *failure = -ENOMEM;
  if (self == NULL) return NULL;
  self->entry.owner = owner;
  self->words = words;
  self->id = ++owner->last_engine;
  self->free_slots = self->released_slots = self->first_waiting = self->last_waiting = -1;
  self->most_events = 64;
  self->words[HEADER_SPENT] = (1 << SLABS) - 1;
  self->watcher.data = self;
  *failure = open_poller(self);
  if (*failure != 0) {
    free(self);
    return NULL;
  }
  pending_add(owner, &self->entry, stop);
  self->next = owner->engines;
  owner->engines = self;
  uv_unref((uv_handle_t *)&self->watcher);
  if (keep_values(self, owner->env, argv) == napi_ok) return self;
  engine_close(self);
  *failure = -EINVAL;
  return NULL;
}

int engine_start(engine *self, int keep_alive) {
  self->keep_alive = keep_alive;
  int result = self->is_started ? 0 : uv_poll_start(&self->watcher, UV_READABLE, on_readable);
  self->is_started = result == 0;
  engine_settle_reference(self);
  return result;
}

void engine_stop(engine *self) {
  if (self->is_started) uv_poll_stop(&self->watcher);
  self->is_started = false;
  engine_settle_reference(self);
}

engine *engine_find(napi_env env, napi_value id) {
  environment *owner = environment_of(env);
  int wanted;
  if (owner == NULL || !read_int(env, id, &wanted)) return NULL;
  engine *found = owner->engines;
  while (found != NULL && found->id != wanted) found = found->next;
  return found;
}
