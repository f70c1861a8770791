// Session tickets under keys of the program, so that several servers take each other's. They are written as Node writes
// them, with which such a server may share them: 16 bytes of name, of HMAC and of AES, in the form of RFC 5077.
#include "tls.h"

#include <string.h>

enum { CONTROL_TICKET_KEY_CALLBACK = 72, PART = 16 };

// 0: not a ticket of ours, and the handshake is a full one; -1: an error.
static int use_ticket_keys(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher, HMAC_CTX *hmac,
                           int is_new) {
  const tls_connection *self = openssl.SSL_get_ex_data(ssl, 0);
  if (self == NULL) return -1;
  const uint8_t *keys = self->context->ticket_keys;
  if (is_new) {
    memcpy(name, keys, PART);
    if (openssl.RAND_bytes(iv, PART) != 1) return -1;
  } else if (memcmp(name, keys, PART) != 0) {
    return 0;
  }
  int (*const begin)(EVP_CIPHER_CTX *, const EVP_CIPHER *, ENGINE *, const unsigned char *, const unsigned char *) =
      is_new ? openssl.EVP_EncryptInit_ex : openssl.EVP_DecryptInit_ex;
  bool result = begin(cipher, openssl.EVP_aes_128_cbc(), NULL, keys + 2 * PART, iv) == 1 &&
                openssl.HMAC_Init_ex(hmac, keys + PART, PART, openssl.EVP_sha256(), NULL) == 1;
  return result ? 1 : -1;
}

void tls_tickets(SSL_CTX *context) {
  openssl.SSL_CTX_callback_ctrl(context, CONTROL_TICKET_KEY_CALLBACK, (void (*)(void))use_ticket_keys);
}
