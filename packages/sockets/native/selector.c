// What the selectors of the TypeScript side stand on: a poller of the platform, and poll(2).
#include "bindings.h"
#include "environment.h"
#include "poller.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Signals interrupt a wait; what is left of it is waited for.
static int left_ms(int limit, int64_t started) {
  if (limit <= 0) return limit;
  int64_t left = limit - (now_ms() - started);
  return left < 0 ? 0 : (int)left;
}

static napi_value open_poller(napi_env env, napi_callback_info info) {
  (void)info;
  int poller = poller_open();
  if (poller >= 0) descriptor_own(environment_of(env), poller);
  return give_result(env, poller);
}

// pollerChange(poller, fd, before, after)
static napi_value change_poller(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  int poller, fd, before, after;
  if (!read_arguments(env, info, 4, argv) || !read_int(env, argv[0], &poller) || !read_int(env, argv[1], &fd) ||
      !read_int(env, argv[2], &before) || !read_int(env, argv[3], &after)) {
    return give_number(env, -EINVAL);
  }
  return give_result(env, poller_change(poller, fd, before, after, (uint64_t)fd));
}

enum { AT_ONCE = 256 };

// pollerWait(poller, view of pairs of int32 for the answer: descriptor and events, milliseconds): the number of pairs
static napi_value wait_poller(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int poller, limit;
  span pairs;
  if (!read_arguments(env, info, 3, argv) || !read_int(env, argv[0], &poller) || !read_span(env, argv[1], &pairs) ||
      !read_int(env, argv[2], &limit)) {
    return give_number(env, -EINVAL);
  }
  size_t capacity = pairs.length / (2 * sizeof(int32_t)), filled = 0;
  if (capacity == 0) return give_number(env, -EINVAL);
  int64_t started = now_ms();
  while (filled < capacity) {
    poller_event events[AT_ONCE];
    size_t room = capacity - filled;
    int wait = filled > 0 ? 0 : left_ms(limit, started);
    int count = poller_wait(poller, events, room < AT_ONCE ? (int)room : AT_ONCE, wait);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return give_result(env, count);
    for (int i = 0; i < count; i++, filled++) {
      int32_t pair[2] = {(int32_t)events[i].token, events[i].ready};
      memcpy(pairs.data + filled * sizeof pair, pair, sizeof pair);
    }
    if (count < AT_ONCE) break;
  }
  return give_number(env, (double)filled);
}

// poll(view of triples of int32: descriptor, watched events, room for the ready ones; milliseconds): how many are ready
static napi_value poll_all(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int limit;
  span triples;
  if (!read_arguments(env, info, 2, argv) || !read_span(env, argv[0], &triples) || !read_int(env, argv[1], &limit)) {
    return give_number(env, -EINVAL);
  }
  size_t count = triples.length / (3 * sizeof(int32_t));
  struct pollfd *watched = calloc(count + 1, sizeof *watched);
  if (watched == NULL) return give_number(env, -ENOMEM);
  int32_t triple[3];
  for (size_t i = 0; i < count; i++) {
    memcpy(triple, triples.data + i * sizeof triple, sizeof triple);
    watched[i].fd = triple[0];
    watched[i].events = (short)((triple[1] & READY_READ ? POLLIN : 0) | (triple[1] & READY_WRITE ? POLLOUT : 0));
  }
  int64_t started = now_ms();
  int ready;
  do ready = poll(watched, (nfds_t)count, left_ms(limit, started));
  while (ready < 0 && errno == EINTR);
  int failure = errno;
  for (size_t i = 0; i < count; i++) {
    int bits = ready < 0 ? 0 : watched[i].revents;
    triple[0] = watched[i].fd;
    triple[1] = (watched[i].events & POLLIN ? READY_READ : 0) | (watched[i].events & POLLOUT ? READY_WRITE : 0);
    triple[2] = (bits & ~POLLOUT ? READY_READ : 0) | (bits & ~POLLIN ? READY_WRITE : 0);
    memcpy(triples.data + i * sizeof triple, triple, sizeof triple);
  }
  free(watched);
  errno = failure;
  return give_result(env, ready);
}

napi_status register_pollers(napi_env env, napi_value exports) {
  const binding functions[] = {
      {"pollerOpen", open_poller},
      {"pollerChange", change_poller},
      {"pollerWait", wait_poller},
      {"poll", poll_all},
  };
  napi_value name;
  napi_status status = napi_create_string_utf8(env, poller_name, NAPI_AUTO_LENGTH, &name);
  if (status == napi_ok) status = napi_set_named_property(env, exports, "pollerName", name);
  return status == napi_ok ? define_bindings(env, exports, functions, sizeof functions / sizeof *functions) : status;
}
