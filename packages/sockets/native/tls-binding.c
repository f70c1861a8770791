// The functions of TLS. The first argument is the number of a context or of a connection; after it was closed there is
// none.
#include "bindings.h"
#include "tls.h"

#include <errno.h>
#include <limits.h>

enum { LONGEST = INT32_MAX };

static tls_environment *own(napi_env env) {
  return tls_of(environment_of(env));
}

static tls_context *read_context(napi_env env, napi_value value) {
  int number;
  tls_environment *all = own(env);
  return all == NULL || !read_int(env, value, &number) ? NULL : tls_table_get(&all->contexts, number);
}

static tls_connection *read_connection(napi_env env, napi_value value) {
  int number;
  tls_environment *all = own(env);
  return all == NULL || !read_int(env, value, &number) ? NULL : tls_table_get(&all->connections, number);
}

// The words that say what a call has done.
static bool read_state(napi_env env, napi_value value, int32_t **words) {
  napi_typedarray_type type;
  bool is_typed = false;
  size_t length;
  void *data;
  if (napi_is_typedarray(env, value, &is_typed) != napi_ok || !is_typed ||
      napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL) != napi_ok || type != napi_int32_array ||
      length < STATE_LENGTH || data == NULL) {
    return false;
  }
  *words = data;
  return true;
}

// Bytes, or `null`, for which `out` is left alone.
static bool read_optional(napi_env env, napi_value value, span *bytes, bool *is_given) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  *is_given = type != napi_null;
  return !*is_given || read_span(env, value, bytes);
}

// tlsProbe(null, 0): the version that the library says it is of, where the functions below work, or an error
// tlsProbe(missing function or null, version or 0): 0 where they would, or an error
static napi_value probe(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  span without;
  bool is_without;
  int64_t version;
  if (!read_arguments(env, info, 2, argv) || !read_optional(env, argv[0], &without, &is_without) ||
      !read_int64(env, argv[1], &version) || version < 0 || version > UINT32_MAX ||
      (is_without && (without.length == 0 || without.data[without.length - 1] != 0))) {
    return give_number(env, -EINVAL);
  }
  const char *name = is_without ? (const char *)without.data : NULL;
  if (is_without || version != 0) return give_number(env, openssl_would_load(name, (unsigned long)version) ? 0 : -ENOSYS);
  return give_number(env, own(env) == NULL ? -ENOSYS : (double)openssl.OpenSSL_version_num());
}

// tlsRoots(PEM): what CONTEXT_ROOTS trusts from now on
static napi_value set_roots(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  span pem;
  tls_environment *all = own(env);
  if (all == NULL || !read_arguments(env, info, 1, argv) || !read_span(env, argv[0], &pem)) return give_number(env, -EINVAL);
  X509_STORE *store = tls_roots(&pem);
  openssl.ERR_clear_error();
  if (store == NULL) return give_number(env, -EINVAL);
  if (all->roots != NULL) openssl.X509_STORE_free(all->roots);
  all->roots = store;
  return give_number(env, 0);
}

static napi_value open_context(napi_env env, napi_callback_info info) {
  (void)info;
  tls_environment *all = own(env);
  tls_context *opened = all == NULL ? NULL : tls_context_open();
  int number = opened == NULL ? 0 : tls_table_add(&all->contexts, opened);
  if (opened != NULL && number == 0) tls_context_release(opened);
  return give_number(env, number == 0 ? -ENOMEM : number);
}

// tlsContextGive(context, what, bytes)
static napi_value give_context(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int what;
  span bytes;
  tls_context *self = read_arguments(env, info, 3, argv) ? read_context(env, argv[0]) : NULL;
  if (self == NULL || !read_int(env, argv[1], &what) || !read_span(env, argv[2], &bytes)) return give_number(env, -EINVAL);
  bool is_taken = tls_context_give(self, what, &bytes);
  openssl.ERR_clear_error();
  return give_number(env, is_taken ? 0 : -EINVAL);
}

// tlsContextSet(context, what, number)
static napi_value set_context(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int what;
  int64_t number;
  tls_context *self = read_arguments(env, info, 3, argv) ? read_context(env, argv[0]) : NULL;
  if (self == NULL || !read_int(env, argv[1], &what) || !read_int64(env, argv[2], &number)) return give_number(env, -EINVAL);
  bool is_taken = tls_context_set(self, what, number, own(env)->roots);
  openssl.ERR_clear_error();
  return give_number(env, is_taken ? 0 : -EINVAL);
}

static napi_value close_context(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  int number;
  tls_environment *all = own(env);
  if (all == NULL || !read_arguments(env, info, 1, argv) || !read_int(env, argv[0], &number)) return give_number(env, -EINVAL);
  tls_context *closed = tls_table_take(&all->contexts, number);
  if (closed != NULL) tls_context_release(closed);
  return give_number(env, closed == NULL ? -EBADF : 0);
}

// tlsOpen(context, 1 for a server, OpenSSL's mode of verification, server name or null, session or null)
static napi_value open_connection(napi_env env, napi_callback_info info) {
  napi_value argv[5];
  int is_server, verify;
  span name, session;
  bool has_name, has_session;
  tls_context *context = read_arguments(env, info, 5, argv) ? read_context(env, argv[0]) : NULL;
  if (context == NULL || !read_int(env, argv[1], &is_server) || !read_int(env, argv[2], &verify) ||
      !read_optional(env, argv[3], &name, &has_name) || !read_optional(env, argv[4], &session, &has_session) ||
      (has_name && (name.length == 0 || name.data[name.length - 1] != 0)) ||
      (has_session && (session.length == 0 || session.length > LONGEST))) {
    return give_number(env, -EINVAL);
  }
  tls_connection *opened = tls_open(context, is_server != 0, verify, has_name ? (const char *)name.data : NULL,
                                    has_session ? &session : NULL);
  if (opened == NULL) return give_number(env, -EINVAL);
  int number = tls_table_add(&own(env)->connections, opened);
  if (number == 0) tls_close(opened);
  return give_number(env, number == 0 ? -ENOMEM : number);
}

// tlsFeed(connection, received bytes, room for what is decrypted, room for what is to be sent, state)
static napi_value feed(napi_env env, napi_callback_info info) {
  napi_value argv[5];
  span in, room, out;
  int32_t *state;
  tls_connection *self = read_arguments(env, info, 5, argv) ? read_connection(env, argv[0]) : NULL;
  if (self == NULL || !read_span(env, argv[1], &in) || !read_span(env, argv[2], &room) ||
      !read_span(env, argv[3], &out) || !read_state(env, argv[4], &state) || in.length > LONGEST ||
      room.length > LONGEST || out.length > LONGEST) {
    return give_number(env, -EINVAL);
  }
  self->in = in;
  self->out = out;
  tls_feed(self, &room, state);
  return give_number(env, 0);
}

// tlsWrite(connection, bytes, offset in them, room for what is to be sent, state)
static napi_value write_plain(napi_env env, napi_callback_info info) {
  napi_value argv[5];
  span plain, out;
  int64_t offset;
  int32_t *state;
  tls_connection *self = read_arguments(env, info, 5, argv) ? read_connection(env, argv[0]) : NULL;
  if (self == NULL || !read_span(env, argv[1], &plain) || !read_int64(env, argv[2], &offset) ||
      !read_span(env, argv[3], &out) || !read_state(env, argv[4], &state) || offset < 0 ||
      (uint64_t)offset > plain.length || plain.length > LONGEST || out.length > LONGEST) {
    return give_number(env, -EINVAL);
  }
  if (offset > 0) plain = (span){plain.data + offset, plain.length - (size_t)offset};
  self->out = out;
  tls_write(self, &plain, state);
  return give_number(env, 0);
}

// tlsEnd(connection, room for what is to be sent, state)
static napi_value end_connection(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  span out;
  int32_t *state;
  tls_connection *self = read_arguments(env, info, 3, argv) ? read_connection(env, argv[0]) : NULL;
  if (self == NULL || !read_span(env, argv[1], &out) || !read_state(env, argv[2], &state) || out.length > LONGEST) {
    return give_number(env, -EINVAL);
  }
  self->out = out;
  tls_end(self, state);
  return give_number(env, 0);
}

// tlsTake(connection, room): what has found none, all of it
static napi_value take_spilled(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  span room;
  tls_connection *self = read_arguments(env, info, 2, argv) ? read_connection(env, argv[0]) : NULL;
  if (self == NULL || !read_span(env, argv[1], &room)) return give_number(env, -EINVAL);
  return give_number(env, (double)tls_take(self, &room));
}

// tlsText(connection, what, room): the length of the answer, or an error where there is none
static napi_value ask_text(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int what;
  span room;
  tls_connection *self = read_arguments(env, info, 3, argv) ? read_connection(env, argv[0]) : NULL;
  if (self == NULL || !read_int(env, argv[1], &what) || !read_span(env, argv[2], &room)) return give_number(env, -EINVAL);
  int64_t length = tls_text(self, what, &room);
  openssl.ERR_clear_error();
  return give_number(env, length < 0 ? -ENOENT : (double)length);
}

static napi_value ask_number(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  int what;
  tls_connection *self = read_arguments(env, info, 2, argv) ? read_connection(env, argv[0]) : NULL;
  if (self == NULL || !read_int(env, argv[1], &what)) return give_number(env, -EINVAL);
  if (what == NUMBER_VERDICT) return give_number(env, (double)openssl.SSL_get_verify_result(self->ssl));
  return give_number(env, what == NUMBER_REUSED ? openssl.SSL_session_reused(self->ssl) : -EINVAL);
}

// tlsSet(connection, what, number)
static napi_value set_connection(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  int what;
  int64_t number;
  tls_connection *self = read_arguments(env, info, 3, argv) ? read_connection(env, argv[0]) : NULL;
  if (self == NULL || !read_int(env, argv[1], &what) || !read_int64(env, argv[2], &number)) return give_number(env, -EINVAL);
  bool is_taken = tls_set(self, what, number);
  openssl.ERR_clear_error();
  return give_number(env, is_taken ? 0 : -EINVAL);
}

// tlsExport(connection, label, context or null, room): fills the room (RFC 5705)
static napi_value export_keys(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  span label, context = {NULL, 0}, room;
  bool has_context;
  tls_connection *self = read_arguments(env, info, 4, argv) ? read_connection(env, argv[0]) : NULL;
  if (self == NULL || !self->is_secured || !read_span(env, argv[1], &label) ||
      !read_optional(env, argv[2], &context, &has_context) || !read_span(env, argv[3], &room)) {
    return give_number(env, -EINVAL);
  }
  int result = openssl.SSL_export_keying_material(self->ssl, room.data, room.length, (const char *)label.data,
                                                  label.length, context.data, context.length, has_context);
  openssl.ERR_clear_error();
  return give_number(env, result == 1 ? 0 : -EINVAL);
}

static napi_value close_connection(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  int number;
  tls_environment *all = own(env);
  if (all == NULL || !read_arguments(env, info, 1, argv) || !read_int(env, argv[0], &number)) return give_number(env, -EINVAL);
  tls_connection *closed = tls_table_take(&all->connections, number);
  if (closed != NULL) tls_close(closed);
  return give_number(env, closed == NULL ? -EBADF : 0);
}

napi_status register_tls(napi_env env, napi_value exports) {
  const binding functions[] = {
      {"tlsProbe", probe},
      {"tlsRoots", set_roots},
      {"tlsContextOpen", open_context},
      {"tlsContextGive", give_context},
      {"tlsContextSet", set_context},
      {"tlsContextClose", close_context},
      {"tlsOpen", open_connection},
      {"tlsFeed", feed},
      {"tlsWrite", write_plain},
      {"tlsEnd", end_connection},
      {"tlsTake", take_spilled},
      {"tlsText", ask_text},
      {"tlsNumber", ask_number},
      {"tlsSet", set_connection},
      {"tlsExport", export_keys},
      {"tlsClose", close_connection},
  };
  return define_bindings(env, exports, functions, sizeof functions / sizeof *functions);
}
