// Loads a server and measures the server's cost: the processor time of its process (all threads, in nanoseconds, by the
// system's clock of that process) and its resident memory.
//
//   load echo     TARGET PID CONNECTIONS SIZE SECONDS     one message under way on each connection
//   load datagram TARGET PID WINDOW      SIZE SECONDS     WINDOW datagrams under way, lost ones sent again
//   load accept   TARGET PID CONNECTIONS SIZE SECONDS     connect, one message there and back, close
//   load download TARGET PID COUNT                        one byte there, then whatever comes until the end
//   load idle     TARGET PID CONNECTIONS                  connect and do nothing
//   load cpu      -      PID                              only says what the process has used
//
// TARGET is a port of 127.0.0.1, or the path of a Unix socket. Prints one line of JSON.
#include "measure.h"

enum { EVENTS = 256, WARM_UP_MS = 150 };

typedef struct {
  int fd;
  size_t to_send, to_receive;
  uint32_t serial;
} connection;

static int epoll;
static size_t size;
static char *message, *scratch;
static endpoint target;
static long done;

static void watch(connection *c, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  must(epoll_ctl(epoll, operation, c->fd, &event), "epoll_ctl");
}

static void send_more(connection *c, int operation) {
  while (c->to_send > 0) {
    ssize_t sent = send(c->fd, message + (size - c->to_send), c->to_send, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) must(-1, "send");
    if (sent < 0) break;
    c->to_send -= (size_t)sent;
  }
  uint32_t events = EPOLLIN | (c->to_send > 0 ? EPOLLOUT : 0);
  static uint32_t watched[65536];
  if (operation == EPOLL_CTL_ADD || watched[c->fd & 65535] != events) watch(c, events, operation);
  watched[c->fd & 65535] = events;
}

static void begin_message(connection *c, int operation) {
  c->to_send = c->to_receive = size;
  send_more(c, operation);
}

static void open_connection(connection *c) {
  c->fd = connect_to(&target);
  begin_message(c, EPOLL_CTL_ADD);
}

static void on_stream(connection *c, uint32_t events, int reconnects) {
  if (events & EPOLLOUT) send_more(c, EPOLL_CTL_MOD);
  if (!(events & ~EPOLLOUT)) return;
  ssize_t got = recv(c->fd, scratch, size, 0);
  if (got == 0 || (got < 0 && errno != EAGAIN)) must(-1, "recv: the server has closed a connection");
  if (got < 0) return;
  c->to_receive -= (size_t)got;
  if (c->to_receive > 0) return;
  done++;
  if (!reconnects) {
    begin_message(c, EPOLL_CTL_MOD);
    return;
  }
  close(c->fd);
  open_connection(c);
}

static void send_datagram(connection *c) {
  memcpy(message, &c->serial, sizeof c->serial);
  if (send(c->fd, message, size, MSG_DONTWAIT) < 0 && errno != EAGAIN && errno != ECONNREFUSED) must(-1, "send");
}

static void on_datagram(connection *c) {
  ssize_t got = recv(c->fd, scratch, size, MSG_DONTWAIT);
  if (got < (ssize_t)sizeof c->serial || memcmp(scratch, &c->serial, sizeof c->serial) != 0) return;
  done++;
  c->serial++;
  send_datagram(c);
}

// Keeps the load going for some seconds; reports the figures after the warm-up.
static void load_for(double seconds, connection *connections, int count, const char *mode) {
  measurement self = measure_for(seconds, WARM_UP_MS);
  int is_datagram = strcmp(mode, "datagram") == 0, reconnects = strcmp(mode, "accept") == 0;
  for (;;) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, 50);
    for (int i = 0; i < ready; i++) {
      if (is_datagram) on_datagram(events[i].data.ptr);
      else on_stream(events[i].data.ptr, events[i].events, reconnects);
    }
    if (ready == 0 && is_datagram) // all of them were lost
      for (int i = 0; i < count; i++) send_datagram(&connections[i]);
    if (is_over(&self, &done)) return;
  }
}

static void run_load(const char *mode, int count, double seconds) {
  connection *connections = calloc((size_t)count, sizeof *connections);
  epoll = must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  message = malloc(size);
  scratch = malloc(size);
  memset(message, 'x', size);
  for (int i = 0; i < count; i++) {
    connection *c = &connections[i];
    if (strcmp(mode, "datagram") == 0) {
      c->fd = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
      must(connect(c->fd, (struct sockaddr *)&target.address, target.length), "connect");
      watch(c, EPOLLIN, EPOLL_CTL_ADD);
      send_datagram(c);
    } else {
      open_connection(c);
    }
  }
  load_for(seconds, connections, count, mode);
}

static void download(int count) {
  size_t room = 1 << 20;
  char *sink = malloc(room);
  int64_t cpu = server_cpu_ns(), began = monotonic_ns();
  long long bytes = 0;
  for (int i = 0; i < count; i++) {
    int fd = connect_to(&target);
    fcntl(fd, F_SETFL, 0);
    must((int)send(fd, "x", 1, MSG_NOSIGNAL), "send");
    // MSG_TRUNC drops what a TCP socket has received without copying it.
    for (ssize_t got; (got = recv(fd, sink, room, target.family == AF_INET ? MSG_TRUNC : 0)) > 0;) bytes += got;
    close(fd);
  }
  double seconds = (double)(monotonic_ns() - began) / 1e9;
  printf("{\"count\":%lld,\"seconds\":%.6f,\"cpuNs\":%lld}\n", bytes, seconds, (long long)(server_cpu_ns() - cpu));
}

static void hold(int count) {
  long before = resident_bytes();
  for (int i = 0; i < count; i++) {
    connect_to(&target);
    if (i % 100 == 99) usleep(2000);
  }
  printf("{\"count\":%d,\"bytes\":%ld}\n", count, growth_since(before));
}

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: see the head of load.c\n");
    return 2;
  }
  const char *mode = arguments[1];
  server = atoi(arguments[3]);
  if (strcmp(mode, "cpu") == 0) {
    printf("{\"cpuNs\":%lld,\"bytes\":%ld}\n", (long long)server_cpu_ns(), resident_bytes());
    return 0;
  }
  target = endpoint_of(arguments[2]);
  int connections = count > 4 ? atoi(arguments[4]) : 1;
  if (strcmp(mode, "download") == 0) download(connections);
  else if (strcmp(mode, "idle") == 0) hold(connections);
  else if (count > 6) {
    size = (size_t)atoll(arguments[5]);
    run_load(mode, connections, atof(arguments[6]));
  } else return 2;
  return 0;
}
