// Does the same as ./load.c, over TLS.
//
//   tls-load echo      PORT PID CONNECTIONS SIZE SECONDS   one message under way on each connection
//   tls-load handshake PORT PID CONNECTIONS SIZE SECONDS   connect, whole handshake, one message there and back, close
//   tls-load idle      PORT PID CONNECTIONS                handshakes, and then nothing
//
// A client without verification and without sessions. Prints one line of JSON.
#include "measure.h"
#include <openssl/ssl.h>

enum { EVENTS = 256, WARM_UP_MS = 300, LONGEST_RECORD = 16 * 1024 };

typedef struct {
  int fd;
  SSL *ssl;
  size_t to_send, to_receive;
  uint32_t events;
} connection;

static SSL_CTX *context;
static endpoint target;
static int epoll, reconnects;
static size_t size;
static char *message, *scratch;
static long done;

static void watch(connection *c, uint32_t events, int operation) {
  if (operation == EPOLL_CTL_MOD && c->events == events) return;
  struct epoll_event event = {.events = c->events = events, .data.ptr = c};
  must(epoll_ctl(epoll, operation, c->fd, &event), "epoll_ctl");
}

static void open_connection(connection *c) {
  c->fd = connect_to(&target);
  c->ssl = SSL_new(context);
  SSL_set_fd(c->ssl, c->fd);
  SSL_set_connect_state(c->ssl);
  c->to_send = c->to_receive = size;
}

static int waits(connection *c, int result) {
  int error = SSL_get_error(c->ssl, result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return error == SSL_ERROR_WANT_WRITE;
  fprintf(stderr, "the server has broken a connection\n");
  exit(1);
}

static void close_connection(connection *c) {
  SSL_shutdown(c->ssl);
  SSL_free(c->ssl);
  close(c->fd);
}

// Sends and receives until the system has no more bytes, and takes no more.
static void proceed(connection *c, int operation) {
  for (;;) {
    int needs_room = 0;
    while (c->to_send > 0) {
      size_t length = c->to_send < LONGEST_RECORD ? c->to_send : LONGEST_RECORD;
      int sent = SSL_write(c->ssl, message, (int)length);
      if (sent <= 0) {
        needs_room = waits(c, sent);
        break;
      }
      c->to_send -= (size_t)sent;
    }
    while (c->to_receive > 0) {
      int got = SSL_read(c->ssl, scratch, LONGEST_RECORD);
      if (got <= 0) {
        waits(c, got);
        watch(c, EPOLLIN | (needs_room ? EPOLLOUT : 0), operation);
        return;
      }
      c->to_receive -= (size_t)got;
    }
    done++;
    c->to_send = c->to_receive = size;
    if (!reconnects) continue;
    close_connection(c);
    open_connection(c);
    operation = EPOLL_CTL_ADD;
  }
}

static void load_for(double seconds) {
  measurement self = measure_for(seconds, WARM_UP_MS);
  for (;;) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, 50);
    for (int i = 0; i < ready; i++) proceed(events[i].data.ptr, EPOLL_CTL_MOD);
    if (is_over(&self, &done)) return;
  }
}

// One after the other, each with an echoed byte, so that the server's part of the handshake is over, too.
static void hold(int count) {
  long before = resident_bytes();
  for (int i = 0; i < count; i++) {
    connection c = {0};
    open_connection(&c);
    fcntl(c.fd, F_SETFL, 0);
    char byte = 'x';
    if (SSL_connect(c.ssl) != 1 || SSL_write(c.ssl, &byte, 1) != 1 || SSL_read(c.ssl, &byte, 1) != 1) waits(&c, -1);
  }
  printf("{\"count\":%d,\"bytes\":%ld}\n", count, growth_since(before));
}

int main(int count, char **arguments) {
  if (count < 5) {
    fprintf(stderr, "usage: see the head of tls-load.c\n");
    return 2;
  }
  target = endpoint_of(arguments[2]);
  server = atoi(arguments[3]);
  int connections = atoi(arguments[4]);
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (strcmp(arguments[1], "idle") == 0) {
    hold(connections);
    return 0;
  }
  if (count < 7) return 2;
  reconnects = strcmp(arguments[1], "handshake") == 0;
  size = (size_t)atoll(arguments[5]);
  message = malloc(LONGEST_RECORD);
  scratch = malloc(LONGEST_RECORD);
  memset(message, 'x', LONGEST_RECORD);
  epoll = must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  connection *all = calloc((size_t)connections, sizeof *all);
  for (int i = 0; i < connections; i++) {
    open_connection(&all[i]);
    proceed(&all[i], EPOLL_CTL_ADD);
  }
  load_for(atof(arguments[6]));
  return 0;
}
