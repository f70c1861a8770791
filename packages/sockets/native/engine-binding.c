// The functions of the engine. The first argument is the number of the engine, which is invalid after the engine was
// closed.
#include "bindings.h"
#include "engine.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

// Reads the arguments; NULL when there is no such engine, or when they are invalid.
static engine *begin(napi_env env, napi_callback_info info, size_t count, napi_value *argv) {
  return read_arguments(env, info, count, argv) ? engine_find(env, argv[0]) : NULL;
}

// The words behind an Int32Array over a SharedArrayBuffer: memory that stays where it is as long as it is referred to.
static int32_t *read_tables(napi_env env, napi_value value) {
  bool is_typed = false, can_be_detached = true;
  napi_typedarray_type type;
  size_t length;
  void *data;
  napi_value buffer;
  if (napi_is_typedarray(env, value, &is_typed) != napi_ok || !is_typed ||
      napi_get_typedarray_info(env, value, &type, &length, &data, &buffer, NULL) != napi_ok ||
      napi_is_arraybuffer(env, buffer, &can_be_detached) != napi_ok || can_be_detached) {
    return NULL;
  }
  return type == napi_int32_array && length == TABLES_LENGTH ? data : NULL;
}

// engineOpen(Int32Array over the shared tables, arena, array for overflow, dispatch(rows, results)): the engine's
// number
static napi_value open_engine(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  napi_valuetype type;
  bool is_array = false;
  span arena;
  environment *owner = environment_of(env);
  if (owner == NULL || !read_arguments(env, info, 4, argv) || !read_span(env, argv[1], &arena) ||
      napi_is_array(env, argv[2], &is_array) != napi_ok || !is_array ||
      napi_typeof(env, argv[3], &type) != napi_ok || type != napi_function) {
    return give_number(env, -EINVAL);
  }
  int32_t *tables = read_tables(env, argv[0]);
  if (tables == NULL) return give_number(env, -EINVAL);
  int failure;
  engine *opened = engine_open(owner, argv, tables, &failure);
  return give_number(env, opened == NULL ? failure : opened->id);
}

static napi_value close_engine(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  engine *self = begin(env, info, 1, argv);
  if (self != NULL) engine_close(self);
  return give_number(env, self == NULL ? -EBADF : 0);
}

// engineStart(engine, 1 to keep the process alive, 0 to do so only while something is watched, 2 not to)
static napi_value start_engine(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int keep_alive;
  engine *self = begin(env, info, 2, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &keep_alive) || keep_alive < KEEP_WATCHING || keep_alive > KEEP_NEVER) {
    return give_number(env, -EINVAL);
  }
  return give_number(env, engine_start(self, keep_alive));
}

static napi_value stop_engine(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  engine *self = begin(env, info, 1, argv);
  if (self != NULL) engine_stop(self);
  return give_number(env, self == NULL ? -EBADF : 0);
}

// engineSlab(engine, which, buffer): a fresh one in place of a full one
static napi_value set_slab(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int which;
  span memory;
  engine *self = begin(env, info, 3, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &which) || which < 0 || which >= SLABS || !read_span(env, argv[2], &memory) ||
      memory.length > INT32_MAX) {
    return give_number(env, -EINVAL);
  }
  slab *replaced = &self->slabs[which];
  napi_ref reference;
  if (napi_create_reference(env, argv[2], 1, &reference) != napi_ok) return give_number(env, -ENOMEM);
  if (replaced->reference != NULL) napi_delete_reference(env, replaced->reference);
  *replaced = (slab){.reference = reference};
  self->words[HEADER_SPENT] &= ~(1 << which);
  return give_number(env, 0);
}

static bool read_watching(napi_env env, const napi_value *argv, int *mode, int *interest) {
  return read_int(env, argv[0], mode) && read_int(env, argv[1], interest) && *mode >= MODE_READY &&
         *mode <= MODE_DATAGRAM && *interest >= 0 && *interest <= (READY_READ | READY_WRITE);
}

// engineWatch(engine, fd, mode, interest): the slot
static napi_value watch(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  int fd, mode, interest;
  engine *self = begin(env, info, 4, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &fd) || !read_watching(env, argv + 2, &mode, &interest)) {
    return give_number(env, -EINVAL);
  }
  if (fd < 0 || fd > MOST_DESCRIPTORS) return give_number(env, -EBADF);
  int32_t index = slot_open(self, fd, mode, interest);
  int failure = errno;
  engine_settle_reference(self);
  return give_number(env, index < 0 ? -failure : index);
}

// engineInterest(engine, slot, mode, interest)
static napi_value change_interest(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  int index, mode, interest;
  engine *self = begin(env, info, 4, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &index) || !read_watching(env, argv + 2, &mode, &interest) ||
      slot_at(self, index) == NULL) {
    return give_number(env, -EINVAL);
  }
  slot_at(self, index)->mode = (uint8_t)mode;
  int result = slot_watch(self, index, interest);
  int failure = errno;
  engine_settle_reference(self);
  return give_number(env, result < 0 ? -failure : 0);
}

// engineSource(engine, slot, what decides that it is ready), for a slot without interest
static napi_value set_source(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int index, source;
  engine *self = begin(env, info, 3, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &index) || !read_int(env, argv[2], &source) || slot_at(self, index) == NULL ||
      slot_at(self, index)->interest != 0 || source < SOURCE_POLLER || source > SOURCE_WAKE_UP) {
    return give_number(env, -EINVAL);
  }
  slot_at(self, index)->source = (uint8_t)source;
  return give_number(env, 0);
}

// engineTake(engine, view of pairs of int32: slot and events): fills the event table within a batch; the number of rows
static napi_value take_pairs(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  span pairs;
  engine *self = begin(env, info, 2, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_span(env, argv[1], &pairs)) return give_number(env, -EINVAL);
  if (!self->words[HEADER_BATCH]) return give_number(env, -EBUSY);
  return give_number(env, engine_take(self, pairs.data, pairs.length / (2 * sizeof(int32_t))));
}

// engineRelease(engine, slot, 1 to close the descriptor)
static napi_value release(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int index, closing;
  engine *self = begin(env, info, 3, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &index) || !read_int(env, argv[2], &closing) || slot_at(self, index) == NULL) {
    return give_number(env, -EINVAL);
  }
  int fd = slot_at(self, index)->fd;
  slot_release(self, index);
  engine_settle_reference(self);
  if (closing && fd >= 0) {
    descriptor_disown(self->entry.owner, fd);
    close(fd);
  }
  return give_number(env, 0);
}

// engineTimer(engine, seconds from now; negative: never)
static napi_value set_timer(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  double seconds;
  engine *self = begin(env, info, 2, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (napi_get_value_double(env, argv[1], &seconds) != napi_ok || isnan(seconds)) return give_number(env, -EINVAL);
  // A century is never, and still fits into 64 bits of nanoseconds.
  double nanoseconds = seconds < 0 ? -1 : seconds > 3.2e9 ? 3.2e18 : ceil(seconds * 1e9);
  int result = poller_timer_set(self->poller, self->timer, TIMER_TOKEN, (int64_t)nanoseconds);
  int failure = errno;
  self->is_timer_set = result == 0 && seconds >= 0;
  engine_settle_reference(self);
  return give_number(env, result < 0 ? -failure : 0);
}

// enginePoll(engine, milliseconds): fills the event table and begins a batch; the number of rows
static napi_value poll_now(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int milliseconds;
  engine *self = begin(env, info, 2, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &milliseconds)) return give_number(env, -EINVAL);
  // The rows of the last batch are still in use.
  if (self->words[HEADER_BATCH]) return give_number(env, -EBUSY);
  int rows = engine_collect(self, milliseconds);
  if (rows < 0) return give_number(env, -errno);
  self->words[HEADER_BATCH] = rows > 0 || self->words[HEADER_WAKE_UP];
  return give_number(env, rows);
}

// engineFlush(engine): sends what is queued; the number of results
static napi_value flush(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  engine *self = begin(env, info, 1, argv);
  return give_number(env, self == NULL ? -EBADF : engine_flush(self));
}

// engineSend(engine, slot, view): sends it now, after what is queued for the slot; how much of it was sent
static napi_value send_now(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int index;
  span bytes;
  engine *self = begin(env, info, 3, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &index) || slot_at(self, index) == NULL || !read_span(env, argv[2], &bytes)) {
    return give_number(env, -EINVAL);
  }
  return give_result(env, engine_send(self, index, &bytes));
}

// engineSecure(engine, slot, TLS connection or 0): from now on what comes is decrypted
static napi_value secure(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int index, connection;
  engine *self = begin(env, info, 3, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &index) || !read_int(env, argv[2], &connection) || slot_at(self, index) == NULL) {
    return give_number(env, -EINVAL);
  }
  return give_number(env, engine_secure(self, index, connection));
}

// engineSendSecured(engine, slot, view): encrypts and sends it now, after what is queued for the slot; how much of it
// was encrypted
static napi_value send_secured_now(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int index;
  span plain;
  engine *self = begin(env, info, 3, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_int(env, argv[1], &index) || slot_at(self, index) == NULL || !read_span(env, argv[2], &plain)) {
    return give_number(env, -EINVAL);
  }
  return give_result(env, engine_send_secured(self, index, &plain));
}

// engineEnd(engine): ends the batch that enginePoll() began
static napi_value end_batch(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  engine *self = begin(env, info, 1, argv);
  if (self == NULL) return give_number(env, -EBADF);
  self->words[HEADER_BATCH] = 0;
  slots_settle(self);
  engine_settle_reference(self);
  return give_number(env, 0);
}

// engineAddress(engine, record, record for its numeric form): the id under which datagrams can be sent to it, until the
// queue goes out; 65536 is added when the id stood for no address or for another one before
static napi_value know_address(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  span record, numeric;
  address wanted;
  engine *self = begin(env, info, 3, argv);
  if (self == NULL) return give_number(env, -EBADF);
  if (!read_span(env, argv[1], &record) || !read_span(env, argv[2], &numeric)) return give_number(env, -EINVAL);
  int failed = address_read(&record, &wanted);
  if (failed == 0) failed = address_write(&wanted, &numeric);
  if (failed != 0) return give_number(env, failed);
  if (!addresses_open(self)) return give_number(env, -ENOMEM);
  bool is_new;
  int32_t id = address_id(self, &wanted, &is_new);
  if (id < 0) return give_number(env, -ENOBUFS);
  return give_number(env, is_new ? id + 65536 : id);
}

napi_status register_engine(napi_env env, napi_value exports) {
  const binding functions[] = {
      {"engineOpen", open_engine},      {"engineClose", close_engine},        {"engineStart", start_engine},
      {"engineStop", stop_engine},      {"engineSlab", set_slab},             {"engineWatch", watch},
      {"engineInterest", change_interest}, {"engineRelease", release},        {"engineTimer", set_timer},
      {"enginePoll", poll_now},         {"engineFlush", flush},               {"engineEnd", end_batch},
      {"engineSource", set_source},      {"engineTake", take_pairs},
      {"engineAddress", know_address},  {"engineSend", send_now},             {"engineSecure", secure},
      {"engineSendSecured", send_secured_now},
  };
  return define_bindings(env, exports, functions, sizeof functions / sizeof *functions);
}
