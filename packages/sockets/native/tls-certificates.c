// Certificates, keys and lists of what is revoked, in PEM form.
#include "tls.h"

#include <limits.h>
#include <string.h>

enum { CONTROL_CHAIN_CERTIFICATE = 89, X509_CHECK_REVOKED = 0x4 | 0x8 };

// Without one OpenSSL would ask at the terminal.
static int give_passphrase(char *memory, int size, int is_writing, void *data) {
  (void)is_writing;
  size_t length = data == NULL ? 0 : strlen(data);
  if (data == NULL || size < 0 || length > (size_t)size) return -1;
  memcpy(memory, data, length);
  return (int)length;
}

static BIO *open_pem(const span *pem) {
  return pem->length > INT_MAX ? NULL : openssl.BIO_new_mem_buf(pem->data, (int)pem->length);
}

bool tls_use_certificates(SSL_CTX *context, const span *pem) {
  BIO *bio = open_pem(pem);
  X509 *own = bio == NULL ? NULL : openssl.PEM_read_bio_X509_AUX(bio, NULL, give_passphrase, NULL);
  bool result = own != NULL && openssl.SSL_CTX_use_certificate(context, own) == 1;
  for (X509 *next; result && (next = openssl.PEM_read_bio_X509(bio, NULL, give_passphrase, NULL)) != NULL;) {
    // The context has the reference where this succeeds.
    result = openssl.SSL_CTX_ctrl(context, CONTROL_CHAIN_CERTIFICATE, 0, next) == 1;
    if (!result) openssl.X509_free(next);
  }
  openssl.X509_free(own);
  openssl.BIO_free(bio);
  return result;
}

bool tls_use_key(SSL_CTX *context, const span *pem, char *passphrase) {
  BIO *bio = open_pem(pem);
  EVP_PKEY *key = bio == NULL ? NULL : openssl.PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, passphrase);
  bool result = key != NULL && openssl.SSL_CTX_use_PrivateKey(context, key) == 1;
  openssl.EVP_PKEY_free(key);
  openssl.BIO_free(bio);
  return result;
}

// Adds what is there to a store; with a context, its clients are shown the names.
static int add_certificates(X509_STORE *store, SSL_CTX *context, const span *pem) {
  BIO *bio = open_pem(pem);
  int count = 0;
  for (X509 *next; bio != NULL && (next = openssl.PEM_read_bio_X509_AUX(bio, NULL, give_passphrase, NULL)) != NULL;) {
    bool is_added = openssl.X509_STORE_add_cert(store, next) == 1;
    if (is_added && context != NULL) is_added = openssl.SSL_CTX_add_client_CA(context, next) == 1;
    openssl.X509_free(next);
    if (!is_added) {
      count = -1;
      break;
    }
    count++;
  }
  openssl.BIO_free(bio);
  return count;
}

bool tls_trust(SSL_CTX *context, const span *pem) {
  return add_certificates(openssl.SSL_CTX_get_cert_store(context), context, pem) > 0;
}

bool tls_revoke(SSL_CTX *context, const span *pem) {
  BIO *bio = open_pem(pem);
  X509_CRL *list = bio == NULL ? NULL : openssl.PEM_read_bio_X509_CRL(bio, NULL, give_passphrase, NULL);
  X509_STORE *store = openssl.SSL_CTX_get_cert_store(context);
  bool result = list != NULL && openssl.X509_STORE_add_crl(store, list) == 1 &&
                openssl.X509_STORE_set_flags(store, X509_CHECK_REVOKED) == 1;
  openssl.X509_CRL_free(list);
  openssl.BIO_free(bio);
  return result;
}

X509_STORE *tls_roots(const span *pem) {
  X509_STORE *store = openssl.X509_STORE_new();
  if (store == NULL || add_certificates(store, NULL, pem) > 0) return store;
  openssl.X509_STORE_free(store);
  return NULL;
}
