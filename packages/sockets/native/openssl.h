// The part of OpenSSL that the addon uses: the one inside Node, whose functions are looked up at run time. The
// prototypes are written here after OpenSSL 3's documentation, because the headers that a compiler would find may
// belong to another library; every structure is opaque. All of them are exported by each OpenSSL of the major version
// 3.
#ifndef BIGHT_OPENSSL_H
#define BIGHT_OPENSSL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_method_st SSL_METHOD;
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_cipher_st SSL_CIPHER;
typedef struct bio_st BIO;
typedef struct bio_method_st BIO_METHOD;
typedef struct x509_st X509;
typedef struct x509_crl_st X509_CRL;
typedef struct x509_store_st X509_STORE;
typedef struct x509_store_ctx_st X509_STORE_CTX;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_cipher_st EVP_CIPHER;
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct evp_md_st EVP_MD;
typedef struct hmac_ctx_st HMAC_CTX;
typedef struct engine_st ENGINE;
typedef struct stack_st OPENSSL_STACK;

typedef int password_callback(char *memory, int size, int is_writing, void *data);
typedef int alpn_callback(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in,
                          unsigned int in_length, void *data);

// X(result, name, parameters)
#define OPENSSL_FUNCTIONS(X)                                                                                          \
  X(unsigned long, OpenSSL_version_num, (void))                                                                       \
  X(void, ERR_clear_error, (void))                                                                                    \
  X(unsigned long, ERR_peek_error, (void))                                                                            \
  X(void, ERR_error_string_n, (unsigned long, char *, size_t))                                                        \
  X(int, RAND_bytes, (unsigned char *, int))                                                                          \
  X(BIO_METHOD *, BIO_meth_new, (int, const char *))                                                                  \
  X(void, BIO_meth_free, (BIO_METHOD *))                                                                              \
  X(int, BIO_meth_set_read, (BIO_METHOD *, int (*)(BIO *, char *, int)))                                              \
  X(int, BIO_meth_set_write, (BIO_METHOD *, int (*)(BIO *, const char *, int)))                                       \
  X(int, BIO_meth_set_ctrl, (BIO_METHOD *, long (*)(BIO *, int, long, void *)))                                       \
  X(int, BIO_get_new_index, (void))                                                                                   \
  X(BIO *, BIO_new, (const BIO_METHOD *))                                                                             \
  X(BIO *, BIO_new_mem_buf, (const void *, int))                                                                      \
  X(int, BIO_free, (BIO *))                                                                                           \
  X(void, BIO_set_data, (BIO *, void *))                                                                              \
  X(void *, BIO_get_data, (BIO *))                                                                                    \
  X(void, BIO_set_init, (BIO *, int))                                                                                 \
  X(void, BIO_set_flags, (BIO *, int))                                                                                \
  X(void, BIO_clear_flags, (BIO *, int))                                                                              \
  X(X509 *, PEM_read_bio_X509, (BIO *, X509 **, password_callback *, void *))                                         \
  X(X509 *, PEM_read_bio_X509_AUX, (BIO *, X509 **, password_callback *, void *))                                     \
  X(X509_CRL *, PEM_read_bio_X509_CRL, (BIO *, X509_CRL **, password_callback *, void *))                             \
  X(EVP_PKEY *, PEM_read_bio_PrivateKey, (BIO *, EVP_PKEY **, password_callback *, void *))                           \
  X(void, EVP_PKEY_free, (EVP_PKEY *))                                                                                \
  X(int, EVP_PKEY_get_id, (const EVP_PKEY *))                                                                         \
  X(int, EVP_PKEY_get_bits, (const EVP_PKEY *))                                                                       \
  X(int, EVP_PKEY_get_group_name, (const EVP_PKEY *, char *, size_t, size_t *))                                       \
  X(const char *, OBJ_nid2sn, (int))                                                                                  \
  X(void, X509_free, (X509 *))                                                                                        \
  X(int, i2d_X509, (const X509 *, unsigned char **))                                                                  \
  X(void, X509_CRL_free, (X509_CRL *))                                                                                \
  X(X509_STORE *, X509_STORE_new, (void))                                                                             \
  X(void, X509_STORE_free, (X509_STORE *))                                                                            \
  X(int, X509_STORE_add_cert, (X509_STORE *, X509 *))                                                                 \
  X(int, X509_STORE_add_crl, (X509_STORE *, X509_CRL *))                                                              \
  X(int, X509_STORE_set_flags, (X509_STORE *, unsigned long))                                                         \
  X(const char *, X509_verify_cert_error_string, (long))                                                              \
  X(int, OPENSSL_sk_num, (const OPENSSL_STACK *))                                                                     \
  X(void *, OPENSSL_sk_value, (const OPENSSL_STACK *, int))                                                           \
  X(const EVP_CIPHER *, EVP_aes_128_cbc, (void))                                                                      \
  X(const EVP_MD *, EVP_sha256, (void))                                                                               \
  X(int, EVP_EncryptInit_ex,                                                                                          \
    (EVP_CIPHER_CTX *, const EVP_CIPHER *, ENGINE *, const unsigned char *, const unsigned char *))                   \
  X(int, EVP_DecryptInit_ex,                                                                                          \
    (EVP_CIPHER_CTX *, const EVP_CIPHER *, ENGINE *, const unsigned char *, const unsigned char *))                   \
  X(int, HMAC_Init_ex, (HMAC_CTX *, const void *, int, const EVP_MD *, ENGINE *))                                     \
  X(const SSL_METHOD *, TLS_method, (void))                                                                           \
  X(SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *))                                                                     \
  X(void, SSL_CTX_free, (SSL_CTX *))                                                                                  \
  X(long, SSL_CTX_ctrl, (SSL_CTX *, int, long, void *))                                                               \
  X(long, SSL_CTX_callback_ctrl, (SSL_CTX *, int, void (*)(void)))                                                    \
  X(uint64_t, SSL_CTX_set_options, (SSL_CTX *, uint64_t))                                                             \
  X(int, SSL_CTX_set_cipher_list, (SSL_CTX *, const char *))                                                          \
  X(int, SSL_CTX_set_ciphersuites, (SSL_CTX *, const char *))                                                         \
  X(int, SSL_CTX_use_certificate, (SSL_CTX *, X509 *))                                                                \
  X(int, SSL_CTX_use_PrivateKey, (SSL_CTX *, EVP_PKEY *))                                                             \
  X(X509_STORE *, SSL_CTX_get_cert_store, (const SSL_CTX *))                                                          \
  X(void, SSL_CTX_set1_cert_store, (SSL_CTX *, X509_STORE *))                                                         \
  X(int, SSL_CTX_add_client_CA, (SSL_CTX *, X509 *))                                                                  \
  X(int, SSL_CTX_set_session_id_context, (SSL_CTX *, const unsigned char *, unsigned int))                            \
  X(long, SSL_CTX_set_timeout, (SSL_CTX *, long))                                                                     \
  X(int, SSL_CTX_set_alpn_protos, (SSL_CTX *, const unsigned char *, unsigned int))                                   \
  X(void, SSL_CTX_set_alpn_select_cb, (SSL_CTX *, alpn_callback *, void *))                                           \
  X(void, SSL_CTX_sess_set_new_cb, (SSL_CTX *, int (*)(SSL *, SSL_SESSION *)))                                        \
  X(int, SSL_select_next_proto,                                                                                       \
    (unsigned char **, unsigned char *, const unsigned char *, unsigned int, const unsigned char *, unsigned int))    \
  X(SSL *, SSL_new, (SSL_CTX *))                                                                                      \
  X(void, SSL_free, (SSL *))                                                                                          \
  X(void, SSL_set_bio, (SSL *, BIO *, BIO *))                                                                         \
  X(int, SSL_set_ex_data, (SSL *, int, void *))                                                                       \
  X(void *, SSL_get_ex_data, (const SSL *, int))                                                                      \
  X(void, SSL_set_accept_state, (SSL *))                                                                              \
  X(void, SSL_set_connect_state, (SSL *))                                                                             \
  X(void, SSL_set_verify, (SSL *, int, int (*)(int, X509_STORE_CTX *)))                                               \
  X(long, SSL_ctrl, (SSL *, int, long, void *))                                                                       \
  X(int, SSL_set_session, (SSL *, SSL_SESSION *))                                                                     \
  X(int, SSL_do_handshake, (SSL *))                                                                                   \
  X(int, SSL_read_ex, (SSL *, void *, size_t, size_t *))                                                              \
  X(int, SSL_write_ex, (SSL *, const void *, size_t, size_t *))                                                       \
  X(int, SSL_has_pending, (const SSL *))                                                                              \
  X(int, SSL_shutdown, (SSL *))                                                                                       \
  X(int, SSL_get_error, (const SSL *, int))                                                                           \
  X(long, SSL_get_verify_result, (const SSL *))                                                                       \
  X(X509 *, SSL_get1_peer_certificate, (const SSL *))                                                                 \
  X(X509 *, SSL_get_certificate, (const SSL *))                                                                       \
  X(OPENSSL_STACK *, SSL_get_peer_cert_chain, (const SSL *))                                                          \
  X(OPENSSL_STACK *, SSL_get0_verified_chain, (const SSL *))                                                          \
  X(int, SSL_get_shared_sigalgs, (SSL *, int, int *, int *, int *, unsigned char *, unsigned char *))                 \
  X(const char *, SSL_group_to_name, (SSL *, int))                                                                    \
  X(int, SSL_session_reused, (const SSL *))                                                                           \
  X(SSL_SESSION *, SSL_get_session, (const SSL *))                                                                    \
  X(int, i2d_SSL_SESSION, (const SSL_SESSION *, unsigned char **))                                                    \
  X(SSL_SESSION *, d2i_SSL_SESSION, (SSL_SESSION **, const unsigned char **, long))                                   \
  X(void, SSL_SESSION_free, (SSL_SESSION *))                                                                          \
  X(void, SSL_SESSION_get0_ticket, (const SSL_SESSION *, const unsigned char **, size_t *))                           \
  X(void, SSL_get0_alpn_selected, (const SSL *, const unsigned char **, unsigned int *))                              \
  X(const SSL_CIPHER *, SSL_get_current_cipher, (const SSL *))                                                        \
  X(const char *, SSL_CIPHER_get_name, (const SSL_CIPHER *))                                                          \
  X(const char *, SSL_CIPHER_standard_name, (const SSL_CIPHER *))                                                     \
  X(const char *, SSL_CIPHER_get_version, (const SSL_CIPHER *))                                                       \
  X(const char *, SSL_get_version, (const SSL *))                                                                     \
  X(const char *, SSL_get_servername, (const SSL *, int))                                                             \
  X(size_t, SSL_get_finished, (const SSL *, void *, size_t))                                                          \
  X(size_t, SSL_get_peer_finished, (const SSL *, void *, size_t))                                                     \
  X(int, SSL_export_keying_material,                                                                                  \
    (SSL *, unsigned char *, size_t, const char *, size_t, const unsigned char *, size_t, int))

typedef struct {
#define FIELD(result, name, parameters) result(*name) parameters;
  OPENSSL_FUNCTIONS(FIELD)
#undef FIELD
  BIO_METHOD *method;  // of the BIO that connections have, see tls-bio.c
} openssl_functions;

// Filled by openssl_load(), and constant afterwards; one for all threads.
extern openssl_functions openssl;

// Looks all of them up, the first time. Whether they are there, and belong to OpenSSL 3.
bool openssl_load(void);

// What openssl_load() would return if the function of that name were missing (NULL: none), or if the library reported
// that version (0: its own).
bool openssl_would_load(const char *without, unsigned long version);

#endif
