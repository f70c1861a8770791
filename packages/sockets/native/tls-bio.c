// The BIO of a connection: OpenSSL reads straight from the bytes of the call that is under way, and writes into the
// memory that the caller has given. So a connection that is idle has no buffers.
#include "tls.h"

#include <stdlib.h>
#include <string.h>

// Bytes are moved and not copied, in case that the caller has given the same memory twice.

// OpenSSL's own numbers.
enum { FLAG_READ = 0x01, FLAG_SHOULD_RETRY = 0x08, ALL_FLAGS = 0x0f, TYPE_SOURCE_SINK = 0x0400, CONTROL_FLUSH = 11 };

static int read_bytes(BIO *bio, char *memory, int length) {
  tls_connection *self = openssl.BIO_get_data(bio);
  openssl.BIO_clear_flags(bio, ALL_FLAGS);
  if (self->in.length == 0) {
    openssl.BIO_set_flags(bio, FLAG_READ | FLAG_SHOULD_RETRY);
    return -1;
  }
  size_t count = length < 0 ? 0 : (size_t)length;
  if (count > self->in.length) count = self->in.length;
  memmove(memory, self->in.data, count);
  self->in.data += count;
  self->in.length -= count;
  return (int)count;
}

static bool make_room(tls_connection *self, size_t length) {
  size_t wanted = self->spilled + length;
  if (wanted <= self->spill_capacity) return true;
  if (wanted < 2 * self->spill_capacity) wanted = 2 * self->spill_capacity;
  uint8_t *larger = realloc(self->spill, wanted);
  if (larger == NULL) return false;
  self->spill = larger;
  self->spill_capacity = wanted;
  return true;
}

// Into the memory of the call, and beyond; in order: once something was spilled, all that follows is.
bool tls_put(tls_connection *self, const void *bytes, size_t length) {
  size_t fitting = self->spilled > 0 ? 0 : self->out.length - self->written;
  if (fitting > length) fitting = length;
  size_t rest = length - fitting;
  if (rest > 0 && !make_room(self, rest)) return false;
  if (fitting > 0) memmove(self->out.data + self->written, bytes, fitting);
  self->written += fitting;
  if (rest > 0) memmove(self->spill + self->spilled, (const uint8_t *)bytes + fitting, rest);
  self->spilled += rest;
  return true;
}

static int write_bytes(BIO *bio, const char *memory, int length) {
  tls_connection *self = openssl.BIO_get_data(bio);
  openssl.BIO_clear_flags(bio, ALL_FLAGS);
  if (length <= 0) return 0;
  return tls_put(self, memory, (size_t)length) ? length : -1;
}

bool tls_keep(tls_connection *self, const span *bytes) {
  if (!make_room(self, bytes->length)) return false;
  memmove(self->spill + bytes->length, self->spill, self->spilled);
  memcpy(self->spill, bytes->data, bytes->length);
  self->spilled += bytes->length;
  return true;
}

static void forget_spilled(tls_connection *self) {
  free(self->spill);
  self->spill = NULL;
  self->spilled = self->spill_capacity = 0;
}

void tls_drop_spilled(tls_connection *self, size_t length) {
  self->spilled -= length;
  if (self->spilled == 0) forget_spilled(self);
  else memmove(self->spill, self->spill + length, self->spilled);
}

size_t tls_take(tls_connection *self, const span *room) {
  size_t length = self->spilled;
  if (length == 0 || length > room->length) return length;
  memmove(room->data, self->spill, length);
  forget_spilled(self);
  return length;
}

static long control(BIO *bio, int command, long number, void *pointer) {
  (void)bio;
  (void)number;
  (void)pointer;
  return command == CONTROL_FLUSH;
}

BIO_METHOD *tls_bio_method(void) {
  int type = openssl.BIO_get_new_index();
  BIO_METHOD *method = type < 0 ? NULL : openssl.BIO_meth_new(type | TYPE_SOURCE_SINK, "bight");
  if (method == NULL) return NULL;
  openssl.BIO_meth_set_read(method, read_bytes);
  openssl.BIO_meth_set_write(method, write_bytes);
  openssl.BIO_meth_set_ctrl(method, control);
  return method;
}

BIO *tls_bio(tls_connection *self) {
  BIO *bio = openssl.BIO_new(openssl.method);
  if (bio == NULL) return NULL;
  openssl.BIO_set_data(bio, self);
  openssl.BIO_set_init(bio, 1);
  return bio;
}
