// One connection: bytes of the network in, decrypted bytes and bytes for the network out. Nothing waits here, and
// nothing calls JavaScript.
#include "tls.h"

#include <stdlib.h>
#include <string.h>

enum {
  // OpenSSL's own numbers.
  CONTROL_SERVER_NAME = 55,
  ERROR_WANT_READ = 2,
  ERROR_ZERO_RETURN = 6,
  // The longest record has this many bytes of the program's, and fewer than that of overhead.
  RECORD = 16 * 1024,
  OVERHEAD = 1024,
};

static _Thread_local uint32_t last_serial;

// The queue of errors is the thread's, and so also Node's: what another has left there would be taken for ours. It is
// nearly always empty, and looking costs less than clearing.
static void begin(void) {
  if (openssl.ERR_peek_error() != 0) openssl.ERR_clear_error();
}

// OpenSSL goes on, and remembers its verdict: JavaScript asks for it when the handshake is over.
static int accept_for_now(int is_good, X509_STORE_CTX *store) {
  (void)is_good;
  (void)store;
  return 1;
}

static bool resume(tls_connection *self, const span *session) {
  const unsigned char *at = session->data;
  SSL_SESSION *known = openssl.d2i_SSL_SESSION(NULL, &at, (long)session->length);
  bool result = known != NULL && openssl.SSL_set_session(self->ssl, known) == 1;
  openssl.SSL_SESSION_free(known);
  return result;
}

static bool prepare(tls_connection *self, int verify, const char *name, const span *session) {
  BIO *bio = tls_bio(self);
  if (bio == NULL) return false;
  openssl.SSL_set_bio(self->ssl, bio, bio);
  if (openssl.SSL_set_ex_data(self->ssl, 0, self) != 1) return false;
  openssl.SSL_set_verify(self->ssl, verify, accept_for_now);
  if (self->is_server) openssl.SSL_set_accept_state(self->ssl);
  else openssl.SSL_set_connect_state(self->ssl);
  if (name != NULL && openssl.SSL_ctrl(self->ssl, CONTROL_SERVER_NAME, 0, (void *)name) != 1) return false;
  return session == NULL || resume(self, session);
}

tls_connection *tls_open(tls_context *context, bool is_server, int verify, const char *name, const span *session) {
  tls_connection *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->context = context;
  self->is_server = is_server;
  self->serial = ++last_serial;
  context->references++;
  self->ssl = openssl.SSL_new(context->ssl);
  if (self->ssl != NULL && prepare(self, verify, name, session)) return self;
  tls_close(self);
  openssl.ERR_clear_error();
  return NULL;
}

void tls_close(tls_connection *self) {
  openssl.SSL_free(self->ssl);
  openssl.SSL_SESSION_free(self->session);
  tls_context_release(self->context);
  free(self->spill);
  free(self);
}

static void finish(tls_connection *self, int32_t *state, size_t consumed, size_t plain, int flags) {
  if (self->has_session) flags |= FLAG_SESSION;
  self->has_session = false;
  state[STATE_CONSUMED] = (int32_t)consumed;
  state[STATE_PLAIN] = (int32_t)plain;
  state[STATE_OUT] = (int32_t)self->written;
  state[STATE_FLAGS] = flags;
  state[STATE_SPILLED] = (int32_t)self->spilled;
  self->in = self->out = (span){NULL, 0};
  self->written = 0;
}

// The flag for the outcome of a call that did not succeed.
static int judge(tls_connection *self, int result) {
  int error = openssl.SSL_get_error(self->ssl, result);
  if (error == ERROR_WANT_READ) return 0;
  if (error == ERROR_ZERO_RETURN) return FLAG_ENDED;
  self->has_failed = true;
  self->failure = openssl.ERR_peek_error();
  // The queue is Node's, too.
  openssl.ERR_clear_error();
  return FLAG_FAILED;
}

static int shake_hands(tls_connection *self) {
  int result = openssl.SSL_do_handshake(self->ssl);
  if (result != 1) return judge(self, result);
  self->is_secured = true;
  return FLAG_SECURED;
}

static int decrypt(tls_connection *self, const span *room, size_t *plain) {
  while (*plain < room->length) {
    size_t count = 0;
    int result = openssl.SSL_read_ex(self->ssl, room->data + *plain, room->length - *plain, &count);
    *plain += count;
    if (result != 1) return judge(self, result);
    // Asking again for what is not there costs nearly as much as a record.
    if (self->in.length == 0 && !openssl.SSL_has_pending(self->ssl)) return 0;
  }
  return self->in.length > 0 || openssl.SSL_has_pending(self->ssl) ? FLAG_MORE : 0;
}

void tls_feed(tls_connection *self, const span *room, int32_t *state) {
  size_t given = self->in.length, plain = 0;
  int flags = FLAG_FAILED;
  if (!self->has_failed) {
    begin();
    flags = self->is_secured ? decrypt(self, room, &plain) : shake_hands(self);
  }
  finish(self, state, given - self->in.length, plain, flags);
}

bool tls_pass(tls_connection *self, const span *bytes, const span *room, size_t *made) {
  self->out = *room;
  bool result = tls_put(self, bytes->data, bytes->length);
  *made = self->written;
  self->out = (span){NULL, 0};
  self->written = 0;
  return result;
}

bool tls_seal(tls_connection *self, const span *plain, const span *room, size_t *made) {
  self->out = *room;
  if (!self->has_failed) begin();
  for (size_t done = 0; !self->has_failed && done < plain->length;) {
    size_t length = plain->length - done < RECORD ? plain->length - done : RECORD, count = 0;
    int result = openssl.SSL_write_ex(self->ssl, plain->data + done, length, &count);
    done += count;
    // See tls_write(): it cannot go on later.
    if (result != 1 && judge(self, result) == 0) self->has_failed = true;
  }
  *made = self->written;
  self->out = (span){NULL, 0};
  self->written = 0;
  return !self->has_failed;
}

void tls_write(tls_connection *self, const span *plain, int32_t *state) {
  size_t done = 0;
  int flags = self->has_failed ? FLAG_FAILED : 0;
  if (flags == 0 && self->is_secured) begin();
  while (flags == 0 && self->is_secured && done < plain->length) {
    size_t length = plain->length - done < RECORD ? plain->length - done : RECORD;
    // A record that finds no room would be copied twice; the first is always written.
    if (done > 0 && self->written + length + OVERHEAD > self->out.length) break;
    size_t count = 0;
    int result = openssl.SSL_write_ex(self->ssl, plain->data + done, length, &count);
    done += count;
    if (result == 1) continue;
    // TLS 1.2 during a handshake that the peer began anew is the only other case, which is refused.
    flags = judge(self, result);
    break;
  }
  finish(self, state, done, 0, flags);
}

void tls_end(tls_connection *self, int32_t *state) {
  int flags = self->has_failed ? FLAG_FAILED : 0;
  if (flags == 0 && self->is_secured) {
    begin();
    int result = openssl.SSL_shutdown(self->ssl);
    // 0: the peer has not answered yet.
    if (result < 0) flags = judge(self, result);
  }
  finish(self, state, 0, 0, flags);
}
