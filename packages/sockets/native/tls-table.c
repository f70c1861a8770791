// The contexts and connections of an environment, by number.
#include "tls.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 16 };

static bool grow(tls_table *self) {
  int capacity = self->capacity == 0 ? FIRST_CAPACITY : 2 * self->capacity;
  struct tls_entry *larger = realloc(self->entries, (size_t)capacity * sizeof *larger);
  if (larger == NULL) return false;
  self->entries = larger;
  self->capacity = capacity;
  return true;
}

int tls_table_add(tls_table *self, void *item) {
  int index = self->first_free;
  if (index >= 0) {
    self->first_free = self->entries[index].next;
  } else {
    if (self->count == self->capacity && !grow(self)) return 0;
    index = self->count++;
  }
  self->entries[index] = (struct tls_entry){item, -1};
  return index + 1;
}

void *tls_table_get(const tls_table *self, int number) {
  return number > 0 && number <= self->count ? self->entries[number - 1].item : NULL;
}

void *tls_table_take(tls_table *self, int number) {
  void *item = tls_table_get(self, number);
  if (item == NULL) return NULL;
  self->entries[number - 1] = (struct tls_entry){NULL, self->first_free};
  self->first_free = number - 1;
  return item;
}

tls_environment *tls_of(environment *owner) {
  if (owner == NULL || owner->tls != NULL) return owner == NULL ? NULL : owner->tls;
  if (owner->is_ending || !openssl_load()) return NULL;
  owner->tls = calloc(1, sizeof *owner->tls);
  if (owner->tls != NULL) owner->tls->connections.first_free = owner->tls->contexts.first_free = -1;
  return owner->tls;
}

void tls_forget(environment *owner) {
  tls_environment *self = owner->tls;
  if (self == NULL) return;
  owner->tls = NULL;
  for (int i = 1; i <= self->connections.count; i++) {
    tls_connection *connection = tls_table_get(&self->connections, i);
    if (connection != NULL) tls_close(connection);
  }
  for (int i = 1; i <= self->contexts.count; i++) {
    tls_context *context = tls_table_get(&self->contexts, i);
    if (context != NULL) tls_context_release(context);
  }
  if (self->roots != NULL) openssl.X509_STORE_free(self->roots);
  free(self->scratch);
  free(self->connections.entries);
  free(self->contexts.entries);
  free(self);
}
