#include "environment.h"
#include "tls.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORD = 64, MOST_OWNED = 1 << 24 };

static bool grow_owned(environment *self, int words) {
  int wanted = self->owned_words == 0 ? 16 : self->owned_words;
  while (wanted < words) wanted *= 2;
  uint64_t *larger = realloc(self->owned, (size_t)wanted * sizeof *larger);
  if (larger == NULL) return false;
  memset(larger + self->owned_words, 0, (size_t)(wanted - self->owned_words) * sizeof *larger);
  self->owned = larger;
  self->owned_words = wanted;
  return true;
}

void descriptor_own(environment *self, int fd) {
  if (self == NULL || fd < 0 || fd >= MOST_OWNED) return;
  int word = fd / WORD;
  if (word < self->owned_words || grow_owned(self, word + 1)) self->owned[word] |= UINT64_C(1) << (fd % WORD);
}

void descriptor_disown(environment *self, int fd) {
  if (self == NULL || fd < 0 || fd / WORD >= self->owned_words) return;
  self->owned[fd / WORD] &= ~(UINT64_C(1) << (fd % WORD));
}

// The main thread takes its process along, which closes them anyway; a number that was closed behind our back could
// stand for one that Node still needs.
static void close_owned(environment *self) {
  bool ends_alone = self->loop != uv_default_loop();
  for (int fd = 0; ends_alone && fd < self->owned_words * WORD; fd++) {
    if (self->owned[fd / WORD] & UINT64_C(1) << (fd % WORD)) close(fd);
  }
  free(self->owned);
  self->owned = NULL;
  self->owned_words = 0;
}

static void finish(environment *self) {
  napi_remove_async_cleanup_hook(self->hook);
  free(self);
}

// Node keeps turning the libuv loop of an ending environment until this hook is removed, and would abort the process
// if handles or requests were left after that.
static void end(napi_async_cleanup_hook_handle hook, void *data) {
  environment *self = data;
  self->hook = hook;
  self->is_ending = true;
  close_owned(self);
  tls_forget(self);
  if (self->list.next == &self->list) {
    finish(self);
    return;
  }
  for (pending *entry = self->list.next; entry != &self->list;) {
    pending *next = entry->next;
    entry->stop(entry);
    entry = next;
  }
}

napi_status environment_open(napi_env env) {
  environment *self = calloc(1, sizeof *self);
  if (self == NULL) return napi_generic_failure;
  self->env = env;
  self->list.next = self->list.previous = &self->list;
  napi_status status = napi_get_uv_event_loop(env, &self->loop);
  if (status == napi_ok) status = napi_set_instance_data(env, self, NULL, NULL);
  if (status == napi_ok) status = napi_add_async_cleanup_hook(env, end, self, &self->hook);
  if (status != napi_ok) free(self);
  return status;
}

environment *environment_of(napi_env env) {
  void *data = NULL;
  return napi_get_instance_data(env, &data) == napi_ok ? data : NULL;
}

void pending_add(environment *owner, pending *entry, void (*stop)(pending *self)) {
  entry->owner = owner;
  entry->stop = stop;
  entry->previous = owner->list.previous;
  entry->next = &owner->list;
  owner->list.previous->next = entry;
  owner->list.previous = entry;
}

void pending_remove(pending *entry) {
  environment *owner = entry->owner;
  entry->previous->next = entry->next;
  entry->next->previous = entry->previous;
  // A second removal fails at once.
  entry->previous = entry->next = NULL;
  if (owner->is_ending && owner->list.next == &owner->list) finish(owner);
}
