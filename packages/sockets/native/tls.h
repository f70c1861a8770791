// TLS without sockets: OpenSSL reads from and writes to memory, and JavaScript moves the bytes. A context is what many
// connections share. JavaScript knows both by numbers, which begin at 1.
#ifndef BIGHT_TLS_H
#define BIGHT_TLS_H

#include "arguments.h"
#include "environment.h"
#include "openssl.h"

// src/tls/tls-tables.ts has the same; a change of either needs another BINDING_VERSION.

// What a context can be given, as bytes: text in PEM form and lists ends with a zero byte.
enum {
  CONTEXT_CERTIFICATES = 0,  // a certificate with the chain that belongs to it
  CONTEXT_KEY = 1,
  CONTEXT_PASSPHRASE = 2,  // of the key that comes next
  CONTEXT_AUTHORITIES = 3,
  CONTEXT_REVOKED = 4,
  CONTEXT_CIPHERS = 5,
  CONTEXT_SUITES = 6,  // of TLS 1.3
  CONTEXT_GROUPS = 7,
  CONTEXT_SIGNATURES = 8,
  CONTEXT_SESSION_ID = 9,
  CONTEXT_TICKET_KEYS = 10,
  CONTEXT_ALPN = 11,  // each name behind its length
};

// And as a number.
enum {
  CONTEXT_MINIMUM = 0,
  CONTEXT_MAXIMUM = 1,
  CONTEXT_OPTIONS = 2,
  CONTEXT_TIMEOUT = 3,
  CONTEXT_PARTIAL_CHAIN = 4,
  CONTEXT_ROOTS = 5,  // trusts what tlsRoots() was given last
};

// What tlsText() is asked for.
enum {
  TEXT_FAILURE = 0,
  TEXT_VERDICT = 1,
  TEXT_ALPN = 2,
  TEXT_CIPHER = 3,
  TEXT_STANDARD_CIPHER = 4,
  TEXT_CIPHER_VERSION = 5,
  TEXT_VERSION = 6,
  TEXT_SERVER_NAME = 7,
  TEXT_SESSION = 8,  // the latest that the server has given
  TEXT_CURRENT_SESSION = 9,
  TEXT_TICKET = 10,
  TEXT_FINISHED = 11,
  TEXT_PEER_FINISHED = 12,
  TEXT_OWN_CERTIFICATE = 13,
  TEXT_PEER_CERTIFICATE = 14,
  TEXT_EPHEMERAL_KEY = 15,  // clients: the server's, as its number, name and bits
  TEXT_SIGNATURES = 16,     // what both ends know: lines of "signature+hash"
  TEXT_ISSUERS = 17,  // and above: the rest of the chain
};

// And tlsNumber().
enum { NUMBER_VERDICT = 0, NUMBER_REUSED = 1 };

// What tlsSet() sets.
enum { SET_FRAGMENT = 0 };  // the most bytes of the program's that a record has

// The words that every call fills which moves bytes.
enum {
  STATE_CONSUMED = 0,  // of what was given
  STATE_PLAIN = 1,     // decrypted
  STATE_OUT = 2,       // to be sent
  STATE_FLAGS = 3,
  STATE_SPILLED = 4,  // to be sent after that; tlsTake() gives it
  STATE_LENGTH = 5,
};

enum {
  FLAG_SECURED = 1,  // the handshake is over, and nothing was decrypted yet
  FLAG_ENDED = 2,    // the peer's close_notify has come
  FLAG_FAILED = 4,
  FLAG_SESSION = 8,  // the server has given a session
  FLAG_MORE = 16,    // the room for what is decrypted was too small
};

enum { TICKET_KEYS = 48 };

typedef struct {
  SSL_CTX *ssl;
  int references;  // JavaScript's, and the connections'
  char *passphrase;
  uint8_t *alpn;
  size_t alpn_length;
  uint8_t ticket_keys[TICKET_KEYS];
} tls_context;

typedef struct tls_connection {
  SSL *ssl;
  tls_context *context;
  SSL_SESSION *session;
  unsigned long failure;
  uint32_t serial;  // no other connection of the thread has had it lately
  bool is_server, is_secured, has_failed, has_session;
  // Only during a call.
  span in, out;
  size_t written;  // into `out`
  // What found no room there.
  uint8_t *spill;
  size_t spilled, spill_capacity;
} tls_connection;

// What an environment has of them.
typedef struct {
  struct tls_entry {
    void *item;  // NULL where none is
    int next;    // the next free one after that, or -1
  } *entries;
  int count, capacity;
  int first_free;
} tls_table;

typedef struct tls_environment {
  tls_table contexts, connections;
  X509_STORE *roots;
  uint8_t *scratch;  // of engine-tls.c, made when it is needed
} tls_environment;

// tls-table.c: a number for each thing; 0 when there is no memory.
int tls_table_add(tls_table *self, void *item);
void *tls_table_get(const tls_table *self, int number);
void *tls_table_take(tls_table *self, int number);
// What the environment has, made when it is asked for first; NULL where TLS cannot be used.
tls_environment *tls_of(environment *owner);
// Frees all of it.
void tls_forget(environment *owner);

// tls-bio.c
bool tls_put(tls_connection *self, const void *bytes, size_t length);
BIO_METHOD *tls_bio_method(void);
BIO *tls_bio(tls_connection *self);

// tls-context.c: false where OpenSSL refuses.
tls_context *tls_context_open(void);
void tls_context_release(tls_context *self);
bool tls_context_give(tls_context *self, int what, const span *bytes);
bool tls_context_set(tls_context *self, int what, int64_t number, X509_STORE *roots);

// tls-certificates.c: certificates and keys in PEM form.
bool tls_use_certificates(SSL_CTX *context, const span *pem);
bool tls_use_key(SSL_CTX *context, const span *pem, char *passphrase);
bool tls_trust(SSL_CTX *context, const span *pem);
bool tls_revoke(SSL_CTX *context, const span *pem);
X509_STORE *tls_roots(const span *pem);

// tls-tickets.c
void tls_tickets(SSL_CTX *context);

// tls-connection.c
tls_connection *tls_open(tls_context *context, bool is_server, int verify, const char *name, const span *session);
void tls_close(tls_connection *self);
void tls_feed(tls_connection *self, const span *plain, int32_t *state);
void tls_write(tls_connection *self, const span *plain, int32_t *state);
void tls_end(tls_connection *self, int32_t *state);
// Encrypts all of it, into `room` and beyond: how much was made there. False where that fails.
bool tls_seal(tls_connection *self, const span *plain, const span *room, size_t *made);
// The same for bytes that are encrypted already.
bool tls_pass(tls_connection *self, const span *bytes, const span *room, size_t *made);
// Keeps bytes as spilled, before what is; and forgets so many of them.
bool tls_keep(tls_connection *self, const span *bytes);
void tls_drop_spilled(tls_connection *self, size_t length);
// Copies what was spilled, and forgets it where all of it has found room; how much there is.
size_t tls_take(tls_connection *self, const span *room);

// tls-questions.c: the length of the answer, of which as much was written as there is room for; -1 for none.
int64_t tls_text(tls_connection *self, int what, const span *room);
// False where OpenSSL refuses.
bool tls_set(tls_connection *self, int what, int64_t number);

#endif
