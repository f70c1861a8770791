#include "environment.h"

#include <stdlib.h>

static void finish(environment *self) {
  napi_remove_async_cleanup_hook(self->hook);
  free(self);
}

// Node keeps turning the libuv loop of an ending environment until this hook is removed, and would abort the process
// if handles or requests were left after that.
static void end(napi_async_cleanup_hook_handle hook, void *data) {
  environment *self = data;
  self->hook = hook;
  self->ending = true;
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
  if (owner->ending && owner->list.next == &owner->list) finish(owner);
}
