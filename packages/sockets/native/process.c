// Starting programs, and calling back with what they return.
#include "process.h"

#include "bindings.h"
#include "environment.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 1 << 16, DETACHED = 1 };

typedef struct {
  pending entry;  // first: the list hands out pointers to it
  napi_ref callback;
  napi_async_context context;
  uv_poll_t poll;
  child process;
} watched;

static void closed(uv_handle_t *handle) {
  watched *self = handle->data;
  close(self->process.watch);
  pending_remove(&self->entry);
  free(self);
}

static void end(watched *self) {
  if (!uv_is_closing((uv_handle_t *)&self->poll)) uv_close((uv_handle_t *)&self->poll, closed);
}

static void stop(pending *entry) {
  end((watched *)entry);
}

// Calls the JavaScript callback, and reports what it throws as any callback's error.
static void deliver(watched *self, int returncode) {
  napi_env env = self->entry.owner->env;
  napi_value callback, receiver, thrown, argument;
  napi_status status = napi_get_reference_value(env, self->callback, &callback);
  if (status == napi_ok) status = napi_get_global(env, &receiver);
  if (status == napi_ok) status = napi_create_int32(env, returncode, &argument);
  if (status == napi_ok) status = napi_make_callback(env, self->context, receiver, callback, 1, &argument, NULL);
  bool failed = false;
  if (status != napi_ok && napi_is_exception_pending(env, &failed) == napi_ok && failed) {
    napi_get_and_clear_last_exception(env, &thrown);
    napi_fatal_exception(env, thrown);
  }
}

static void forget_callback(napi_env env, watched *self) {
  napi_async_destroy(env, self->context);
  napi_delete_reference(env, self->callback);
}

static void ready(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  watched *self = poll->data;
  environment *owner = self->entry.owner;
  napi_handle_scope scope;
  int returncode;
  if (owner->is_ending || system_collect(self->process.watch, &returncode) < 0) return;
  end(self);
  if (napi_open_handle_scope(owner->env, &scope) != napi_ok) return;
  deliver(self, returncode);
  forget_callback(owner->env, self);
  napi_close_handle_scope(owner->env, scope);
}

static watched *prepare(napi_env env, napi_value callback) {
  watched *self = calloc(1, sizeof *self);
  napi_value name;
  if (self == NULL) return NULL;
  napi_status status = napi_create_string_utf8(env, "BIGHT_PROCESS", NAPI_AUTO_LENGTH, &name);
  if (status == napi_ok) status = napi_async_init(env, NULL, name, &self->context);
  if (status == napi_ok) {
    status = napi_create_reference(env, callback, 1, &self->callback);
    if (status == napi_ok) return self;
    napi_async_destroy(env, self->context);
  }
  free(self);
  return NULL;
}

// The handle keeps no process alive: the caller that started the program decides that.
static int watch(environment *owner, watched *self) {
  int failed = uv_poll_init(owner->loop, &self->poll, self->process.watch);
  if (failed != 0) return failed;
  self->poll.data = self;
  pending_add(owner, &self->entry, stop);
  uv_unref((uv_handle_t *)&self->poll);
  uv_poll_start(&self->poll, UV_READABLE, ready);
  return 0;
}

// Points `list` at `count` texts, one after the other, each with a zero byte at its end.
static bool split(char **at, const char *end, char **list, int count) {
  for (int i = 0; i < count; i++) {
    char *zero = *at < end ? memchr(*at, 0, (size_t)(end - *at)) : NULL;
    if (zero == NULL) return false;
    list[i] = *at;
    *at = zero + 1;
  }
  return true;
}

static int spawn_words(program *what, span words, int arguments, int variables, child *out) {
  char *at = (char *)words.data, *end = at + words.length, *head[2];
  char **list = calloc((size_t)arguments + (size_t)variables + 2, sizeof *list);
  if (list == NULL) return -ENOMEM;
  char **environment = list + arguments + 1;
  int result = -EINVAL;
  if (split(&at, end, head, 2) && split(&at, end, list, arguments) && split(&at, end, environment, variables)) {
    what->file = head[0];
    what->directory = *head[1] == '\0' ? NULL : head[1];
    what->arguments = list;
    what->environment = environment;
    result = system_spawn(what, out) < 0 ? -errno : 0;
  }
  free(list);
  return result;
}

// spawn(file, directory or nothing, arguments and variables as zero-terminated texts; how many arguments; how many
// variables; int32 descriptors; flags; callback for what the process returns): the process id
static napi_value spawn(napi_env env, napi_callback_info info) {
  napi_value argv[6];
  napi_valuetype type;
  span words, descriptors;
  int arguments, variables, flags;
  if (!read_arguments(env, info, 6, argv) || !read_span(env, argv[0], &words) || !read_int(env, argv[1], &arguments) ||
      !read_int(env, argv[2], &variables) || !read_span(env, argv[3], &descriptors) ||
      !read_int(env, argv[4], &flags) || napi_typeof(env, argv[5], &type) != napi_ok || type != napi_function) {
    return give_number(env, -EINVAL);
  }
  size_t count = descriptors.length / sizeof(int32_t);
  // Each of the texts has at least its zero byte.
  if (arguments < 1 || variables < 0 || (size_t)arguments + (size_t)variables > words.length ||
      count > MOST_DESCRIPTORS) {
    return give_number(env, -EINVAL);
  }
  environment *owner = environment_of(env);
  watched *self = owner == NULL || owner->is_ending ? NULL : prepare(env, argv[5]);
  if (self == NULL) return give_number(env, -ENOMEM);
  program what = {
      .descriptors = (const int *)(const void *)descriptors.data,
      .descriptor_count = (int)count,
      .is_detached = (flags & DETACHED) != 0,
  };
  int failed = spawn_words(&what, words, arguments, variables, &self->process);
  if (failed == 0) {
    failed = watch(owner, self);
    if (failed != 0) system_abandon(&self->process);
  }
  if (failed == 0) return give_number(env, self->process.pid);
  forget_callback(env, self);
  free(self);
  return give_number(env, failed);
}

napi_status register_processes(napi_env env, napi_value exports) {
  const binding functions[] = {{"spawn", spawn}};
  return define_bindings(env, exports, functions, sizeof functions / sizeof *functions);
}
