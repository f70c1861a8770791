// getaddrinfo(3) and getnameinfo(3) through libuv's threadpool, which keeps slow look-ups to half of its threads.
#include "address.h"
#include "bindings.h"
#include "environment.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>

typedef struct {
  pending entry;  // first: the list hands out pointers to it
  napi_ref callback;
  napi_async_context context;
  union {
    uv_req_t any;
    uv_getaddrinfo_t addresses;
    uv_getnameinfo_t names;
  } request;
} lookup;

// What precedes an address record in an answer of getaddrinfo().
typedef struct {
  int32_t family;
  int32_t type;
  int32_t protocol;
} answer_header;

static void stop(pending *entry) {
  // Too late for one that a thread works on: its callback comes when it ends.
  uv_cancel(&((lookup *)entry)->request.any);
}

static void release(lookup *self) {
  pending_remove(&self->entry);
  free(self);
}

// Calls the JavaScript callback with its arguments, and reports what it throws as any callback's error.
static void deliver(lookup *self, size_t argc, const napi_value *argv) {
  napi_env env = self->entry.owner->env;
  napi_value callback, receiver, thrown;
  napi_status status = napi_get_reference_value(env, self->callback, &callback);
  if (status == napi_ok) status = napi_get_global(env, &receiver);
  if (status == napi_ok) status = napi_make_callback(env, self->context, receiver, callback, argc, argv, NULL);
  bool failed = false;
  if (status != napi_ok && napi_is_exception_pending(env, &failed) == napi_ok && failed) {
    napi_get_and_clear_last_exception(env, &thrown);
    napi_fatal_exception(env, thrown);
  }
  napi_async_destroy(env, self->context);
  napi_delete_reference(env, self->callback);
}

static lookup *start(napi_env env, napi_value callback, const char *name) {
  environment *owner = environment_of(env);
  lookup *self = owner == NULL || owner->is_ending ? NULL : calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  napi_value resource_name;
  napi_status status = napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &resource_name);
  if (status == napi_ok) status = napi_async_init(env, NULL, resource_name, &self->context);
  if (status == napi_ok) {
    status = napi_create_reference(env, callback, 1, &self->callback);
    if (status != napi_ok) napi_async_destroy(env, self->context);
  }
  if (status != napi_ok) {
    free(self);
    return NULL;
  }
  pending_add(owner, &self->entry, stop);
  return self;
}

static void abandon(napi_env env, lookup *self) {
  napi_async_destroy(env, self->context);
  napi_delete_reference(env, self->callback);
  release(self);
}

static size_t count_answers(const struct addrinfo *list) {
  size_t count = 0;
  for (; list != NULL; list = list->ai_next) count++;
  return count;
}

static void write_answers(const struct addrinfo *list, uint8_t *out) {
  for (; list != NULL; list = list->ai_next, out += sizeof(answer_header) + ADDRESS_RECORD) {
    answer_header head = {list->ai_family, list->ai_socktype, list->ai_protocol};
    address found = {.length = list->ai_addrlen};
    span record = {out + sizeof head, ADDRESS_RECORD};
    memcpy(out, &head, sizeof head);
    memset(record.data, 0, record.length);
    if (found.length > sizeof found.storage) continue;
    memcpy(&found.storage, list->ai_addr, found.length);
    address_write(&found, &record);
  }
}

// callback(status, bytes of all answers, canonical name or undefined)
static void addresses_found(uv_getaddrinfo_t *request, int status, struct addrinfo *list) {
  lookup *self = request->data;
  napi_env env = self->entry.owner->env;
  napi_handle_scope scope;
  if (!self->entry.owner->is_ending && napi_open_handle_scope(env, &scope) == napi_ok) {
    napi_value argv[3];
    void *bytes = NULL;
    size_t length = status == 0 ? count_answers(list) * (sizeof(answer_header) + ADDRESS_RECORD) : 0;
    napi_get_undefined(env, &argv[1]);
    napi_get_undefined(env, &argv[2]);
    if (length > 0 && napi_create_buffer(env, length, &bytes, &argv[1]) == napi_ok) write_answers(list, bytes);
    if (length > 0 && list->ai_canonname != NULL) {
      napi_create_string_utf8(env, list->ai_canonname, NAPI_AUTO_LENGTH, &argv[2]);
    }
    napi_create_int32(env, status == 0 && bytes == NULL ? -ENOMEM : status, &argv[0]);
    deliver(self, 3, argv);
    napi_close_handle_scope(env, scope);
  }
  uv_freeaddrinfo(list);
  release(self);
}

static bool read_text(napi_env env, napi_value value, char *text, size_t size, char **out) {
  napi_valuetype type;
  size_t length = 0;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  *out = NULL;
  if (type == napi_null || type == napi_undefined) return true;
  if (napi_get_value_string_utf8(env, value, text, size, &length) != napi_ok || length + 1 >= size) return false;
  *out = text;
  return true;
}

// getaddrinfo(host or null, service or null, family, type, protocol, flags, callback)
static napi_value get_addresses(napi_env env, napi_callback_info info) {
  napi_value argv[7];
  napi_valuetype type;
  char host_text[NI_MAXHOST], service_text[NI_MAXSERV], *host, *service;
  struct addrinfo hints = {0};
  if (!read_arguments(env, info, 7, argv) || !read_text(env, argv[0], host_text, sizeof host_text, &host) ||
      !read_text(env, argv[1], service_text, sizeof service_text, &service) ||
      !read_int(env, argv[2], &hints.ai_family) || !read_int(env, argv[3], &hints.ai_socktype) ||
      !read_int(env, argv[4], &hints.ai_protocol) || !read_int(env, argv[5], &hints.ai_flags) ||
      napi_typeof(env, argv[6], &type) != napi_ok || type != napi_function) {
    return give_number(env, -EINVAL);
  }
  if (host == NULL && service == NULL) return give_number(env, UV_EAI_NONAME);
  lookup *self = start(env, argv[6], "BIGHT_GETADDRINFO");
  if (self == NULL) return give_number(env, -ENOMEM);
  self->request.addresses.data = self;
  uv_loop_t *loop = self->entry.owner->loop;
  int failed = uv_getaddrinfo(loop, &self->request.addresses, addresses_found, host, service, &hints);
  if (failed != 0) abandon(env, self);
  return give_number(env, failed);
}

// callback(status, host, service)
static void names_found(uv_getnameinfo_t *request, int status, const char *host, const char *service) {
  lookup *self = request->data;
  napi_env env = self->entry.owner->env;
  napi_handle_scope scope;
  if (!self->entry.owner->is_ending && napi_open_handle_scope(env, &scope) == napi_ok) {
    napi_value argv[3];
    napi_create_int32(env, status, &argv[0]);
    if (napi_create_string_utf8(env, status == 0 ? host : "", NAPI_AUTO_LENGTH, &argv[1]) == napi_ok &&
        napi_create_string_utf8(env, status == 0 ? service : "", NAPI_AUTO_LENGTH, &argv[2]) == napi_ok) {
      deliver(self, 3, argv);
    }
    napi_close_handle_scope(env, scope);
  }
  release(self);
}

// getnameinfo(record of a numeric address, flags, callback)
static napi_value get_names(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  napi_valuetype type;
  span record;
  address target;
  int flags;
  if (!read_arguments(env, info, 3, argv) || !read_span(env, argv[0], &record) || !read_int(env, argv[1], &flags) ||
      napi_typeof(env, argv[2], &type) != napi_ok || type != napi_function) {
    return give_number(env, -EINVAL);
  }
  int failed = address_read(&record, &target);
  if (failed != 0) return give_number(env, failed);
  if (target.any.sa_family == AF_UNIX) return give_number(env, UV_EAI_FAMILY);
  lookup *self = start(env, argv[2], "BIGHT_GETNAMEINFO");
  if (self == NULL) return give_number(env, -ENOMEM);
  self->request.names.data = self;
  failed = uv_getnameinfo(self->entry.owner->loop, &self->request.names, names_found, &target.any, flags);
  if (failed != 0) abandon(env, self);
  return give_number(env, failed);
}

napi_status register_resolver(napi_env env, napi_value exports) {
  const binding functions[] = {{"getaddrinfo", get_addresses}, {"getnameinfo", get_names}};
  return define_bindings(env, exports, functions, sizeof functions / sizeof *functions);
}
