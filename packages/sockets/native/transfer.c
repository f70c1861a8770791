// Moving bytes through a socket. The memory belongs to JavaScript, and no JavaScript runs during a call.
#include "bindings.h"
#include "system.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// Linux transfers no more than this in one call anyway; above it some systems answer EINVAL.
static const size_t most_at_once = 0x7ffff000;

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0  // without it Node's ignoring of SIGPIPE does
#endif

static size_t bounded(size_t length) {
  return length > most_at_once ? most_at_once : length;
}

// (fd, view, offset, length, flags)
static bool read_transfer(napi_env env, const napi_value *argv, int *fd, span *part, int *flags) {
  return read_int(env, argv[0], fd) && read_part(env, argv[1], argv[2], argv[3], part) &&
         read_int(env, argv[4], flags);
}

static napi_value receive(napi_env env, napi_callback_info info) {
  napi_value argv[5];
  int fd, flags;
  span part;
  if (!read_arguments(env, info, 5, argv) || !read_transfer(env, argv, &fd, &part, &flags)) {
    return give_number(env, -EINVAL);
  }
  ssize_t count;
  do count = recv(fd, part.data, bounded(part.length), flags);
  while (count < 0 && errno == EINTR);
  return give_result(env, count);
}

// receiveFrom(fd, view, offset, length, flags, record for the sender's address)
static napi_value receive_from(napi_env env, napi_callback_info info) {
  napi_value argv[6];
  int fd, flags;
  span part, record;
  if (!read_arguments(env, info, 6, argv) || !read_transfer(env, argv, &fd, &part, &flags) ||
      !read_span(env, argv[5], &record) || record.length < ADDRESS_RECORD) {
    return give_number(env, -EINVAL);
  }
  address sender;
  ssize_t count;
  do {
    sender = (address){.length = sizeof sender.storage};
    count = recvfrom(fd, part.data, bounded(part.length), flags, &sender.any, &sender.length);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return give_result(env, count);
  int failed = address_write(&sender, &record);
  return give_number(env, failed != 0 ? failed : (double)count);
}

static napi_value send_part(napi_env env, napi_callback_info info) {
  napi_value argv[5];
  int fd, flags;
  span part;
  if (!read_arguments(env, info, 5, argv) || !read_transfer(env, argv, &fd, &part, &flags)) {
    return give_number(env, -EINVAL);
  }
  ssize_t count;
  do count = send(fd, part.data, bounded(part.length), flags | MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  return give_result(env, count);
}

// sendTo(fd, view, offset, length, flags, record of the receiver's address)
static napi_value send_to(napi_env env, napi_callback_info info) {
  napi_value argv[6];
  int fd, flags;
  span part, record;
  address receiver;
  if (!read_arguments(env, info, 6, argv) || !read_transfer(env, argv, &fd, &part, &flags) ||
      !read_span(env, argv[5], &record)) {
    return give_number(env, -EINVAL);
  }
  int failed = address_read(&record, &receiver);
  if (failed != 0) return give_number(env, failed);
  ssize_t count;
  do count = sendto(fd, part.data, part.length, flags | MSG_NOSIGNAL, &receiver.any, receiver.length);
  while (count < 0 && errno == EINTR);
  return give_result(env, count);
}

enum { MOST_PARTS = 64 };

// sendVector(fd, array of views, index of the first to send, offset in that): as much as the system takes at once
static napi_value send_vector(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  int fd, first;
  int64_t offset;
  bool is_array = false;
  uint32_t length = 0;
  if (!read_arguments(env, info, 4, argv) || !read_int(env, argv[0], &fd) || !read_int(env, argv[2], &first) ||
      !read_int64(env, argv[3], &offset) || first < 0 || offset < 0 ||
      napi_is_array(env, argv[1], &is_array) != napi_ok || !is_array ||
      napi_get_array_length(env, argv[1], &length) != napi_ok) {
    return give_number(env, -EINVAL);
  }
  // Getting an element may run JavaScript, which could detach what was read before: all elements first, then all bytes.
  napi_value views[MOST_PARTS];
  int count = 0;
  for (uint32_t i = (uint32_t)first; i < length && count < MOST_PARTS; i++) {
    if (napi_get_element(env, argv[1], i, &views[count++]) != napi_ok) return give_number(env, -EINVAL);
  }
  struct iovec parts[MOST_PARTS];
  for (int i = 0; i < count; i++, offset = 0) {
    span part;
    if (!read_span(env, views[i], &part) || (uint64_t)offset > part.length) return give_number(env, -EINVAL);
    parts[i] = (struct iovec){part.data == NULL ? NULL : part.data + offset, part.length - (size_t)offset};
  }
  struct msghdr message = {.msg_iov = parts};
  message.msg_iovlen = (unsigned)count;  // of another type on every system
  ssize_t sent;
  do sent = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return give_result(env, sent);
}

// sendFile(fd, file, offset, count)
static napi_value send_file(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  int fd, file;
  int64_t offset, count;
  if (!read_arguments(env, info, 4, argv) || !read_int(env, argv[0], &fd) || !read_int(env, argv[1], &file) ||
      !read_int64(env, argv[2], &offset) || !read_int64(env, argv[3], &count) || offset < 0 || count < 0) {
    return give_number(env, -EINVAL);
  }
  ssize_t sent;
  do sent = system_sendfile(fd, file, offset, bounded((size_t)count));
  while (sent < 0 && errno == EINTR);
  return give_result(env, sent);
}

// seek(file, position from its beginning)
static napi_value seek(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int file;
  int64_t position;
  if (!read_arguments(env, info, 2, argv) || !read_int(env, argv[0], &file) || !read_int64(env, argv[1], &position) ||
      position < 0) {
    return give_number(env, -EINVAL);
  }
  return give_result(env, lseek(file, (off_t)position, SEEK_SET) < 0 ? -1 : 0);
}

napi_status register_transfers(napi_env env, napi_value exports) {
  const binding functions[] = {
      {"receive", receive}, {"receiveFrom", receive_from}, {"send", send_part},
      {"sendTo", send_to},  {"sendVector", send_vector},   {"sendFile", send_file}, {"seek", seek},
  };
  return define_bindings(env, exports, functions, sizeof functions / sizeof *functions);
}
