// The minimal echo server over TLS: ./epoll-server.c with OpenSSL between the socket and the message, by memory BIOs as
// in asyncio and uvloop, with one recv() for all received bytes and one send() for all bytes to send. Only OpenSSL
// allocates memory per event.
//
//   tls-server PORT CERTIFICATE KEY    (both in PEM form)
//
// Prints `{"port":N}` when it listens, and serves until its standard input ends.
#include "common.h"
#include <openssl/pem.h>
#include <openssl/ssl.h>

enum { BUFFER = 256 * 1024, EVENTS = 256 };

typedef struct {
  int fd;
  SSL *ssl;
  BIO *in, *out;
  char *unsent; // what the system did not take
  size_t offset, length;
} connection;

static char received[BUFFER], plain[BUFFER], sent[2 * BUFFER];
static int epoll;
static SSL_CTX *context;

static void watch(connection *c, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  epoll_ctl(epoll, operation, c->fd, &event);
}

static void close_connection(connection *c) {
  close(c->fd);
  SSL_free(c->ssl);
  free(c->unsent);
  free(c);
}

// Sends OpenSSL's output; false when the connection is broken.
static int send_all(connection *c) {
  int length = BIO_read(c->out, sent, sizeof sent);
  if (length <= 0) return 1;
  ssize_t count = send(c->fd, sent, (size_t)length, MSG_NOSIGNAL);
  if (count < 0 && errno != EAGAIN) return 0;
  if (count < 0) count = 0;
  if (count == length) return 1;
  c->unsent = malloc((size_t)(length - count));
  memcpy(c->unsent, sent + count, (size_t)(length - count));
  c->offset = 0;
  c->length = (size_t)(length - count);
  watch(c, EPOLLOUT, EPOLL_CTL_MOD);
  return 1;
}

static int readable(connection *c) {
  ssize_t got = recv(c->fd, received, BUFFER, 0);
  if (got < 0) return errno == EAGAIN;
  if (got == 0) return 0;
  BIO_write(c->in, received, (int)got);
  if (!SSL_is_init_finished(c->ssl)) SSL_do_handshake(c->ssl);
  size_t length = 0, count;
  while (length < BUFFER && SSL_read_ex(c->ssl, plain + length, BUFFER - length, &count) == 1) length += count;
  if (length > 0 && SSL_write(c->ssl, plain, (int)length) <= 0) return 0;
  int is_open = !(SSL_get_shutdown(c->ssl) & SSL_RECEIVED_SHUTDOWN);
  return send_all(c) && is_open;
}

static int writable(connection *c) {
  ssize_t count = send(c->fd, c->unsent + c->offset, c->length - c->offset, MSG_NOSIGNAL);
  if (count < 0) return errno == EAGAIN;
  c->offset += (size_t)count;
  if (c->offset < c->length) return 1;
  free(c->unsent);
  c->unsent = NULL;
  watch(c, EPOLLIN, EPOLL_CTL_MOD);
  return 1;
}

static void accept_all(int listener) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    set_nodelay(fd);
    connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    c->ssl = SSL_new(context);
    c->in = BIO_new(BIO_s_mem());
    c->out = BIO_new(BIO_s_mem());
    SSL_set_bio(c->ssl, c->in, c->out);
    SSL_set_accept_state(c->ssl);
    watch(c, EPOLLIN, EPOLL_CTL_ADD);
  }
}

static int listen_on(const char *port) {
  endpoint at = endpoint_of(port);
  int fd = must(socket(at.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  must(bind(fd, (struct sockaddr *)&at.address, at.length), "bind");
  must(listen(fd, 4096), "listen");
  struct sockaddr_in name = {0};
  socklen_t length = sizeof name;
  getsockname(fd, (struct sockaddr *)&name, &length);
  printf("{\"port\":%d}\n", ntohs(name.sin_port));
  fflush(stdout);
  return fd;
}

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: %s PORT CERTIFICATE KEY\n", arguments[0]);
    return 2;
  }
  context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  X509 *certificate = PEM_read_bio_X509(BIO_new_mem_buf(arguments[2], -1), NULL, NULL, NULL);
  EVP_PKEY *key = PEM_read_bio_PrivateKey(BIO_new_mem_buf(arguments[3], -1), NULL, NULL, NULL);
  if (SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1) return 1;
  epoll = must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  connection listener = {.fd = listen_on(arguments[1])};
  connection input = {.fd = 0};
  watch(&listener, EPOLLIN, EPOLL_CTL_ADD);
  watch(&input, EPOLLIN, EPOLL_CTL_ADD);
  for (;;) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      connection *c = events[i].data.ptr;
      if (c == &input) return 0;
      if (c == &listener) {
        accept_all(c->fd);
        continue;
      }
      int open = events[i].events & EPOLLOUT ? writable(c) : readable(c);
      if (!open) close_connection(c);
    }
  }
}
