// Making, naming, connecting and closing sockets: each function is one system call on a descriptor.
#include "bindings.h"
#include "environment.h"
#include "system.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

// The result of a call that opens a descriptor.
static napi_value give_descriptor(napi_env env, int fd) {
  if (fd >= 0) descriptor_own(environment_of(env), fd);
  return give_result(env, fd);
}

static napi_value create(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int family, type, protocol;
  if (!read_arguments(env, info, 3, argv) || !read_int(env, argv[0], &family) || !read_int(env, argv[1], &type) ||
      !read_int(env, argv[2], &protocol)) {
    return give_number(env, -EINVAL);
  }
  return give_descriptor(env, system_socket(family, type, protocol));
}

// socketpair(family, type, protocol, view of two int32)
static napi_value create_pair(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  int family, type, protocol, fds[2];
  span out;
  if (!read_arguments(env, info, 4, argv) || !read_int(env, argv[0], &family) || !read_int(env, argv[1], &type) ||
      !read_int(env, argv[2], &protocol) || !read_span(env, argv[3], &out) || out.length < sizeof fds) {
    return give_number(env, -EINVAL);
  }
  int result = system_socketpair(family, type, protocol, fds);
  if (result < 0) return give_result(env, result);
  memcpy(out.data, fds, sizeof fds);
  for (int i = 0; i < 2; i++) descriptor_own(environment_of(env), fds[i]);
  return give_number(env, 0);
}

// pipe(view of two int32)
static napi_value create_pipe(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  int fds[2];
  span out;
  if (!read_arguments(env, info, 1, argv) || !read_span(env, argv[0], &out) || out.length < sizeof fds) {
    return give_number(env, -EINVAL);
  }
  int result = system_pipe(fds);
  if (result == 0) memcpy(out.data, fds, sizeof fds);
  return give_result(env, result);
}

static napi_value duplicate(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  int fd;
  if (!read_arguments(env, info, 1, argv) || !read_int(env, argv[0], &fd)) return give_number(env, -EINVAL);
  return give_descriptor(env, system_duplicate(fd));
}

// describe(fd, view of three int32: family, type, protocol)
static napi_value describe(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int fd, answer[3];
  span out;
  if (!read_arguments(env, info, 2, argv) || !read_int(env, argv[0], &fd) || !read_span(env, argv[1], &out) ||
      out.length < sizeof answer) {
    return give_number(env, -EINVAL);
  }
  int result = system_describe(fd, &answer[0], &answer[1], &answer[2]);
  if (result == 0) memcpy(out.data, answer, sizeof answer);
  return give_result(env, result);
}

static int with_address(napi_env env, napi_callback_info info, int *fd, address *target) {
  napi_value argv[2];
  span record;
  if (!read_arguments(env, info, 2, argv) || !read_int(env, argv[0], fd) || !read_span(env, argv[1], &record)) {
    return -EINVAL;
  }
  return address_read(&record, target);
}

static napi_value bind_to(napi_env env, napi_callback_info info) {
  int fd;
  address local;
  int failed = with_address(env, info, &fd, &local);
  if (failed != 0) return give_number(env, failed);
  return give_result(env, bind(fd, &local.any, local.length));
}

// An interrupted connect() goes on by itself; calling it again would answer EALREADY.
static int wait_connected(int fd) {
  struct pollfd watched = {.fd = fd, .events = POLLOUT};
  while (poll(&watched, 1, -1) < 0) {
    if (errno != EINTR) return -1;
  }
  int failure = 0;
  socklen_t length = sizeof failure;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &length) < 0) return -1;
  errno = failure;
  return failure == 0 ? 0 : -1;
}

static napi_value connect_to(napi_env env, napi_callback_info info) {
  int fd;
  address peer;
  int failed = with_address(env, info, &fd, &peer);
  if (failed != 0) return give_number(env, failed);
  int result = connect(fd, &peer.any, peer.length);
  if (result < 0 && errno == EINTR) result = wait_connected(fd);
  return give_result(env, result);
}

static napi_value listen_with(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int fd, backlog;
  if (!read_arguments(env, info, 2, argv) || !read_int(env, argv[0], &fd) || !read_int(env, argv[1], &backlog)) {
    return give_number(env, -EINVAL);
  }
  return give_result(env, listen(fd, backlog));
}

// accept(fd, record for the peer's address)
static napi_value accept_one(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int fd;
  span record;
  if (!read_arguments(env, info, 2, argv) || !read_int(env, argv[0], &fd) || !read_span(env, argv[1], &record) ||
      record.length < ADDRESS_RECORD) {
    return give_number(env, -EINVAL);
  }
  address peer;
  int accepted;
  do accepted = system_accept(fd, &peer);
  while (accepted < 0 && errno == EINTR);
  if (accepted < 0) return give_result(env, accepted);
  int failed = address_write(&peer, &record);
  if (failed == 0) return give_descriptor(env, accepted);
  close(accepted);
  return give_number(env, failed);
}

typedef int name_call(int fd, struct sockaddr *name, socklen_t *length);

static napi_value get_name(napi_env env, napi_callback_info info, name_call *call) {
  napi_value argv[2];
  int fd;
  span record;
  address name = {.length = sizeof name.storage};
  if (!read_arguments(env, info, 2, argv) || !read_int(env, argv[0], &fd) || !read_span(env, argv[1], &record)) {
    return give_number(env, -EINVAL);
  }
  if (call(fd, &name.any, &name.length) < 0) return give_result(env, -1);
  return give_number(env, address_write(&name, &record));
}

static napi_value local_name(napi_env env, napi_callback_info info) {
  return get_name(env, info, getsockname);
}

static napi_value peer_name(napi_env env, napi_callback_info info) {
  return get_name(env, info, getpeername);
}

static napi_value shut_down(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int fd, how;
  if (!read_arguments(env, info, 2, argv) || !read_int(env, argv[0], &fd) || !read_int(env, argv[1], &how)) {
    return give_number(env, -EINVAL);
  }
  return give_result(env, shutdown(fd, how));
}

// own(fd): it is closed with this environment; disown(fd): it is not, since it belongs to another owner from now on
static napi_value own(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  int fd;
  if (!read_arguments(env, info, 1, argv) || !read_int(env, argv[0], &fd)) return give_number(env, -EINVAL);
  descriptor_own(environment_of(env), fd);
  return give_number(env, 0);
}

static napi_value disown(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  int fd;
  if (!read_arguments(env, info, 1, argv) || !read_int(env, argv[0], &fd)) return give_number(env, -EINVAL);
  descriptor_disown(environment_of(env), fd);
  return give_number(env, 0);
}

// After EINTR the descriptor is closed on Linux, and closing it again might close another one with its number.
static napi_value close_one(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  int fd;
  if (!read_arguments(env, info, 1, argv) || !read_int(env, argv[0], &fd)) return give_number(env, -EINVAL);
  descriptor_disown(environment_of(env), fd);
  int result = close(fd);
  return give_result(env, result < 0 && (errno == EINTR || errno == EINPROGRESS) ? 0 : result);
}

napi_status register_sockets(napi_env env, napi_value exports) {
  const binding functions[] = {
      {"socket", create},          {"socketpair", create_pair}, {"duplicate", duplicate},
      {"describe", describe},      {"bind", bind_to},           {"connect", connect_to},
      {"listen", listen_with},     {"accept", accept_one},      {"getsockname", local_name},
      {"getpeername", peer_name},  {"shutdown", shut_down},     {"close", close_one},
      {"own", own},                {"disown", disown},       {"pipe", create_pipe},
  };
  return define_bindings(env, exports, functions, sizeof functions / sizeof *functions);
}
