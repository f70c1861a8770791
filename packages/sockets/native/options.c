// Socket options and the descriptor flags.
#include "bindings.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

typedef struct {
  int fd;
  int level;
  int name;
} target;

static bool read_target(napi_env env, const napi_value *argv, target *out) {
  return read_int(env, argv[0], &out->fd) && read_int(env, argv[1], &out->level) && read_int(env, argv[2], &out->name);
}

// getOption(fd, level, option, view for the value): the number of bytes that the system wrote
static napi_value get_option(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  target option;
  span value;
  if (!read_arguments(env, info, 4, argv) || !read_target(env, argv, &option) || !read_span(env, argv[3], &value) ||
      value.length > INT32_MAX) {
    return give_number(env, -EINVAL);
  }
  socklen_t length = (socklen_t)value.length;
  int result = getsockopt(option.fd, option.level, option.name, value.data, &length);
  return give_result(env, result < 0 ? -1 : (ssize_t)length);
}

// setOption(fd, level, option, view of the value)
static napi_value set_option(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  target option;
  span value;
  if (!read_arguments(env, info, 4, argv) || !read_target(env, argv, &option) || !read_span(env, argv[3], &value) ||
      value.length > INT32_MAX) {
    return give_number(env, -EINVAL);
  }
  return give_result(env, setsockopt(option.fd, option.level, option.name, value.data, (socklen_t)value.length));
}

static napi_value set_nonblocking(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int fd, wanted;
  if (!read_arguments(env, info, 2, argv) || !read_int(env, argv[0], &fd) || !read_int(env, argv[1], &wanted)) {
    return give_number(env, -EINVAL);
  }
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return give_result(env, -1);
  int changed = wanted ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  return give_result(env, changed == flags ? 0 : fcntl(fd, F_SETFL, changed));
}

// 1 or 0
static napi_value get_nonblocking(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  int fd;
  if (!read_arguments(env, info, 1, argv) || !read_int(env, argv[0], &fd)) return give_number(env, -EINVAL);
  int flags = fcntl(fd, F_GETFL);
  return give_result(env, flags < 0 ? -1 : (flags & O_NONBLOCK) != 0);
}

napi_status register_options(napi_env env, napi_value exports) {
  const binding functions[] = {
      {"getOption", get_option},
      {"setOption", set_option},
      {"setNonBlocking", set_nonblocking},
      {"getNonBlocking", get_nonblocking},
  };
  return define_bindings(env, exports, functions, sizeof functions / sizeof *functions);
}
