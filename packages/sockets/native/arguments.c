#include "arguments.h"

#include <errno.h>

bool read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *argv) {
  size_t given = count;
  return napi_get_cb_info(env, info, &given, argv, NULL, NULL) == napi_ok;
}

bool read_int64(napi_env env, napi_value value, int64_t *out) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) return false;
  if (!(number >= -9007199254740991.0 && number <= 9007199254740991.0)) return false;
  int64_t integer = (int64_t)number;
  if ((double)integer != number) return false;
  *out = integer;
  return true;
}

bool read_int(napi_env env, napi_value value, int *out) {
  int64_t integer;
  if (!read_int64(env, value, &integer) || integer < INT32_MIN || integer > INT32_MAX) return false;
  *out = (int)integer;
  return true;
}

bool read_span(napi_env env, napi_value value, span *out) {
  bool is_view = false;
  void *data = NULL;
  size_t length = 0;
  if (napi_is_buffer(env, value, &is_view) != napi_ok || !is_view) return false;
  if (napi_get_buffer_info(env, value, &data, &length) != napi_ok) return false;
  // A detached view has no memory, whatever length it had.
  out->data = data;
  out->length = data == NULL ? 0 : length;
  return true;
}

bool read_part(napi_env env, napi_value view, napi_value offset, napi_value length, span *out) {
  span whole;
  int64_t from, count;
  if (!read_span(env, view, &whole) || !read_int64(env, offset, &from) || !read_int64(env, length, &count)) {
    return false;
  }
  if (from < 0 || count < 0 || (uint64_t)from > whole.length || (uint64_t)count > whole.length - (uint64_t)from) {
    return false;
  }
  out->data = whole.data == NULL ? NULL : whole.data + from;
  out->length = (size_t)count;
  return true;
}

napi_value give_number(napi_env env, double number) {
  napi_value value = NULL;
  napi_create_double(env, number, &value);
  return value;
}

napi_value give_result(napi_env env, ssize_t result) {
  return give_number(env, result < 0 ? -(double)errno : (double)result);
}
