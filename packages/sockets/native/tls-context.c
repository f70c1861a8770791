// What connections share: certificates, what is trusted, versions and ciphers. Its defaults are those that Node gives a
// secure context.
#include "tls.h"

#include <stdlib.h>
#include <string.h>

// OpenSSL's own numbers.
enum {
  CONTROL_MODE = 33,
  CONTROL_CACHE_MODE = 44,
  CONTROL_GROUPS = 92,
  CONTROL_SIGNATURES = 98,
  CONTROL_MINIMUM = 123,
  CONTROL_MAXIMUM = 124,
  MODE_PARTIAL_WRITE = 0x01,
  MODE_MOVING_BUFFER = 0x02,
  MODE_RELEASE_BUFFERS = 0x10,
  // Clients and servers, and nothing is kept in the context: clients have their sessions in JavaScript, servers give
  // tickets.
  CACHE_MODE = 0x01 | 0x02 | 0x80 | 0x100 | 0x200,
  OPTION_NO_SSL3 = 1 << 25,
  OPTION_NO_RENEGOTIATION = 1 << 30,
  ALPN_OK = 0,
  ALPN_FATAL = 2,
  ALPN_NEGOTIATED = 1,
  X509_PARTIAL_CHAIN = 0x80000,
};

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in,
                           unsigned int in_length, void *data) {
  (void)ssl;
  const tls_context *self = data;
  // Where there is no name that both know, the connection ends (RFC 7301, section 3.2).
  int result = openssl.SSL_select_next_proto((unsigned char **)out, out_length, self->alpn,
                                             (unsigned int)self->alpn_length, in, in_length);
  return result == ALPN_NEGOTIATED ? ALPN_OK : ALPN_FATAL;
}

// Clients: the latest session of a connection is kept for JavaScript to ask for. 1: the reference is ours now.
static int keep_session(SSL *ssl, SSL_SESSION *session) {
  tls_connection *self = openssl.SSL_get_ex_data(ssl, 0);
  if (self == NULL || self->is_server) return 0;
  if (self->session != NULL) openssl.SSL_SESSION_free(self->session);
  self->session = session;
  self->has_session = true;
  return 1;
}

tls_context *tls_context_open(void) {
  tls_context *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->references = 1;
  self->ssl = openssl.SSL_CTX_new(openssl.TLS_method());
  if (self->ssl == NULL) {
    free(self);
    return NULL;
  }
  openssl.SSL_CTX_set_options(self->ssl, OPTION_NO_SSL3 | OPTION_NO_RENEGOTIATION);
  openssl.SSL_CTX_ctrl(self->ssl, CONTROL_MODE, MODE_PARTIAL_WRITE | MODE_MOVING_BUFFER | MODE_RELEASE_BUFFERS, NULL);
  openssl.SSL_CTX_ctrl(self->ssl, CONTROL_CACHE_MODE, CACHE_MODE, NULL);
  openssl.SSL_CTX_sess_set_new_cb(self->ssl, keep_session);
  return self;
}

static void forget_passphrase(tls_context *self) {
  // Not memset(), which a compiler leaves out before free().
  for (volatile char *at = self->passphrase; at != NULL && *at != 0; at++) *at = 0;
  free(self->passphrase);
  self->passphrase = NULL;
}

void tls_context_release(tls_context *self) {
  if (--self->references > 0) return;
  openssl.SSL_CTX_free(self->ssl);
  forget_passphrase(self);
  free(self->alpn);
  free(self);
}

static bool set_alpn(tls_context *self, const span *names) {
  uint8_t *copy = malloc(names->length + 1);
  if (copy == NULL) return false;
  memcpy(copy, names->data, names->length);
  free(self->alpn);
  self->alpn = copy;
  self->alpn_length = names->length;
  openssl.SSL_CTX_set_alpn_select_cb(self->ssl, choose_protocol, self);
  return openssl.SSL_CTX_set_alpn_protos(self->ssl, copy, (unsigned int)names->length) == 0;
}

static bool set_ticket_keys(tls_context *self, const span *keys) {
  if (keys->length != TICKET_KEYS) return false;
  memcpy(self->ticket_keys, keys->data, TICKET_KEYS);
  tls_tickets(self->ssl);
  return true;
}

static bool set_passphrase(tls_context *self, const char *text) {
  forget_passphrase(self);
  self->passphrase = strdup(text);
  return self->passphrase != NULL;
}

static bool use_key(tls_context *self, const span *pem) {
  bool result = tls_use_key(self->ssl, pem, self->passphrase);
  forget_passphrase(self);
  return result;
}

static bool is_text(const span *bytes) {
  return bytes->length > 0 && bytes->data[bytes->length - 1] == 0;
}

static bool give_text(tls_context *self, int what, const span *bytes) {
  char *text = (char *)bytes->data;
  switch (what) {
    case CONTEXT_CERTIFICATES: return tls_use_certificates(self->ssl, bytes);
    case CONTEXT_KEY: return use_key(self, bytes);
    case CONTEXT_PASSPHRASE: return set_passphrase(self, text);
    case CONTEXT_AUTHORITIES: return tls_trust(self->ssl, bytes);
    case CONTEXT_REVOKED: return tls_revoke(self->ssl, bytes);
    case CONTEXT_CIPHERS: return openssl.SSL_CTX_set_cipher_list(self->ssl, text) == 1;
    case CONTEXT_SUITES: return openssl.SSL_CTX_set_ciphersuites(self->ssl, text) == 1;
    case CONTEXT_GROUPS: return openssl.SSL_CTX_ctrl(self->ssl, CONTROL_GROUPS, 0, text) == 1;
    case CONTEXT_SIGNATURES: return openssl.SSL_CTX_ctrl(self->ssl, CONTROL_SIGNATURES, 0, text) == 1;
    default: return false;
  }
}

bool tls_context_give(tls_context *self, int what, const span *bytes) {
  if (what == CONTEXT_TICKET_KEYS) return set_ticket_keys(self, bytes);
  if (what == CONTEXT_ALPN) return bytes->length > 0 && bytes->length <= UINT16_MAX && set_alpn(self, bytes);
  if (what != CONTEXT_SESSION_ID) return is_text(bytes) && give_text(self, what, bytes);
  return bytes->length <= 32 &&
         openssl.SSL_CTX_set_session_id_context(self->ssl, bytes->data, (unsigned int)bytes->length) == 1;
}

bool tls_context_set(tls_context *self, int what, int64_t number, X509_STORE *roots) {
  switch (what) {
    case CONTEXT_MINIMUM: return openssl.SSL_CTX_ctrl(self->ssl, CONTROL_MINIMUM, (long)number, NULL) == 1;
    case CONTEXT_MAXIMUM: return openssl.SSL_CTX_ctrl(self->ssl, CONTROL_MAXIMUM, (long)number, NULL) == 1;
    case CONTEXT_OPTIONS: openssl.SSL_CTX_set_options(self->ssl, (uint64_t)number); return true;
    case CONTEXT_TIMEOUT: openssl.SSL_CTX_set_timeout(self->ssl, (long)number); return true;
    case CONTEXT_PARTIAL_CHAIN:
      return openssl.X509_STORE_set_flags(openssl.SSL_CTX_get_cert_store(self->ssl), X509_PARTIAL_CHAIN) == 1;
    case CONTEXT_ROOTS:
      if (roots != NULL) openssl.SSL_CTX_set1_cert_store(self->ssl, roots);
      return roots != NULL;
    default: return false;
  }
}
