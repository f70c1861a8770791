// What a connection knows, as bytes.
#include "tls.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
  FAILURE_TEXT = 256,
  KEY_TEXT = 128,
  SIGNATURES_TEXT = 4096,
  // OpenSSL's own numbers.
  CONTROL_MOST_FRAGMENT = 52,
  CONTROL_PEER_KEY = 109,
  CONTROL_GROUP = 134,
  KIND_DIFFIE_HELLMAN = 28,
  KIND_ELLIPTIC = 408,
  KIND_X25519 = 1034,
  KIND_X448 = 1035,
};

static int64_t give(const span *room, const void *bytes, size_t length) {
  size_t count = length < room->length ? length : room->length;
  if (count > 0) memcpy(room->data, bytes, count);
  return (int64_t)length;
}

static int64_t give_text(const span *room, const char *text) {
  return text == NULL ? -1 : give(room, text, strlen(text));
}

// By the two steps of OpenSSL's encoders: the length first, then the bytes where there is room for all of them.
static int64_t give_certificate(const span *room, const X509 *certificate) {
  int length = certificate == NULL ? -1 : openssl.i2d_X509(certificate, NULL);
  unsigned char *at = room->data;
  if (length > 0 && (size_t)length <= room->length) length = openssl.i2d_X509(certificate, &at);
  return length;
}

static int64_t give_session(const span *room, const SSL_SESSION *session) {
  int length = session == NULL ? -1 : openssl.i2d_SSL_SESSION(session, NULL);
  unsigned char *at = room->data;
  if (length > 0 && (size_t)length <= room->length) length = openssl.i2d_SSL_SESSION(session, &at);
  return length <= 0 ? -1 : length;
}

static int64_t give_peer(const span *room, const SSL *ssl) {
  X509 *certificate = openssl.SSL_get1_peer_certificate(ssl);
  int64_t length = give_certificate(room, certificate);
  openssl.X509_free(certificate);
  return length;
}

// The chain as it was verified, or else as it was shown; a server is shown the client's own apart from it.
static int64_t give_issuer(const span *room, const tls_connection *self, int index) {
  const OPENSSL_STACK *chain = openssl.SSL_get0_verified_chain(self->ssl);
  int first = 1;
  if (chain == NULL) {
    chain = openssl.SSL_get_peer_cert_chain(self->ssl);
    first = self->is_server ? 0 : 1;
  }
  if (chain == NULL || index > INT_MAX - 1 || first + index >= openssl.OPENSSL_sk_num(chain)) return -1;
  return give_certificate(room, openssl.OPENSSL_sk_value(chain, first + index));
}

static int64_t give_failure(const span *room, unsigned long failure) {
  char text[FAILURE_TEXT];
  if (failure == 0) return -1;
  openssl.ERR_error_string_n(failure, text, sizeof text);
  return give_text(room, text);
}

static int64_t give_alpn(const span *room, const SSL *ssl) {
  const unsigned char *name = NULL;
  unsigned int length = 0;
  openssl.SSL_get0_alpn_selected(ssl, &name, &length);
  return length == 0 ? -1 : give(room, name, length);
}

static int64_t give_ticket(const span *room, const SSL *ssl) {
  const SSL_SESSION *session = openssl.SSL_get_session(ssl);
  const unsigned char *ticket = NULL;
  size_t length = 0;
  if (session != NULL) openssl.SSL_SESSION_get0_ticket(session, &ticket, &length);
  return length == 0 ? -1 : give(room, ticket, length);
}

static int64_t give_finished(const span *room, size_t (*ask)(const SSL *, void *, size_t), const SSL *ssl) {
  uint8_t bytes[128];
  size_t length = ask(ssl, bytes, sizeof bytes);
  return length == 0 || length > sizeof bytes ? -1 : give(room, bytes, length);
}

// Of the kinds that Node describes as keys, the name of the curve; of what is newer, which may show no key, of the
// group.
static const char *key_name(SSL *ssl, const EVP_PKEY *key, int kind, char *memory, size_t size) {
  size_t length = 0;
  if (kind == KIND_ELLIPTIC) return openssl.EVP_PKEY_get_group_name(key, memory, size, &length) == 1 ? memory : NULL;
  if (kind == KIND_DIFFIE_HELLMAN || kind == KIND_X25519 || kind == KIND_X448) return openssl.OBJ_nid2sn(kind);
  return openssl.SSL_group_to_name(ssl, (int)openssl.SSL_ctrl(ssl, CONTROL_GROUP, 0, NULL));
}

static int64_t give_key(const span *room, SSL *ssl) {
  EVP_PKEY *key = NULL;
  char memory[KEY_TEXT] = "", text[2 * KEY_TEXT];
  if (openssl.SSL_ctrl(ssl, CONTROL_PEER_KEY, 0, &key) != 1) key = NULL;
  int kind = key == NULL ? 0 : openssl.EVP_PKEY_get_id(key);
  int bits = key == NULL ? 0 : openssl.EVP_PKEY_get_bits(key);
  const char *name = key_name(ssl, key, kind, memory, sizeof memory);
  snprintf(text, sizeof text, "%d %s %d", kind, name == NULL ? "" : name, bits);
  openssl.EVP_PKEY_free(key);
  return give_text(room, text);
}

static const char *name_of(int number) {
  const char *name = openssl.OBJ_nid2sn(number);
  return name == NULL ? "UNDEF" : name;
}

static int64_t give_signatures(const span *room, SSL *ssl) {
  char text[SIGNATURES_TEXT] = "";
  size_t length = 0;
  int count = openssl.SSL_get_shared_sigalgs(ssl, 0, NULL, NULL, NULL, NULL, NULL);
  for (int i = 0; i < count; i++) {
    int signature = 0, hash = 0;
    openssl.SSL_get_shared_sigalgs(ssl, i, &signature, &hash, NULL, NULL, NULL);
    int more = snprintf(text + length, sizeof text - length, "%s+%s\n", name_of(signature), name_of(hash));
    if (more < 0 || (size_t)more >= sizeof text - length) break;
    length += (size_t)more;
  }
  return give(room, text, length);
}

bool tls_set(tls_connection *self, int what, int64_t number) {
  return what == SET_FRAGMENT && number >= 0 && number <= LONG_MAX &&
         openssl.SSL_ctrl(self->ssl, CONTROL_MOST_FRAGMENT, (long)number, NULL) == 1;
}

int64_t tls_text(tls_connection *self, int what, const span *room) {
  const SSL *ssl = self->ssl;
  const SSL_CIPHER *cipher = openssl.SSL_get_current_cipher(ssl);
  if (what >= TEXT_ISSUERS) return give_issuer(room, self, what - TEXT_ISSUERS);
  switch (what) {
    case TEXT_FAILURE: return give_failure(room, self->failure);
    case TEXT_VERDICT: return give_text(room, openssl.X509_verify_cert_error_string(openssl.SSL_get_verify_result(ssl)));
    case TEXT_ALPN: return give_alpn(room, ssl);
    case TEXT_CIPHER: return cipher == NULL ? -1 : give_text(room, openssl.SSL_CIPHER_get_name(cipher));
    case TEXT_STANDARD_CIPHER: return cipher == NULL ? -1 : give_text(room, openssl.SSL_CIPHER_standard_name(cipher));
    case TEXT_CIPHER_VERSION: return cipher == NULL ? -1 : give_text(room, openssl.SSL_CIPHER_get_version(cipher));
    case TEXT_VERSION: return give_text(room, openssl.SSL_get_version(ssl));
    case TEXT_SERVER_NAME: return give_text(room, openssl.SSL_get_servername(ssl, 0));
    case TEXT_SESSION: return give_session(room, self->session);
    case TEXT_CURRENT_SESSION: return give_session(room, openssl.SSL_get_session(ssl));
    case TEXT_TICKET: return give_ticket(room, ssl);
    case TEXT_FINISHED: return give_finished(room, openssl.SSL_get_finished, ssl);
    case TEXT_PEER_FINISHED: return give_finished(room, openssl.SSL_get_peer_finished, ssl);
    case TEXT_OWN_CERTIFICATE: return give_certificate(room, openssl.SSL_get_certificate(ssl));
    case TEXT_PEER_CERTIFICATE: return give_peer(room, ssl);
    case TEXT_EPHEMERAL_KEY: return self->is_server ? -1 : give_key(room, self->ssl);
    case TEXT_SIGNATURES: return give_signatures(room, self->ssl);
    default: return -1;
  }
}
