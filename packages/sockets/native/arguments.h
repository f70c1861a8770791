// Reading JavaScript arguments. Nothing here throws: a bad argument makes the caller answer -EINVAL, because the
// TypeScript above has already checked what users pass.
#ifndef BIGHT_ARGUMENTS_H
#define BIGHT_ARGUMENTS_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
  uint8_t *data;
  size_t length;
} span;

// Fills `argv` with `count` arguments (`undefined` where the caller gave fewer).
bool read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *argv);

// A number that is an integer of 32 bits.
bool read_int(napi_env env, napi_value value, int *out);

// A number that is an integer of at most 53 bits.
bool read_int64(napi_env env, napi_value value, int64_t *out);

// The bytes behind any ArrayBufferView, now: valid until JavaScript runs again, which may detach or resize them.
bool read_span(napi_env env, napi_value value, span *out);

// The part of a view that begins at `offset` and has `length` bytes; false when it is not inside.
bool read_part(napi_env env, napi_value view, napi_value offset, napi_value length, span *out);

// The number that a binding function returns.
napi_value give_number(napi_env env, double number);

// The result of a system call: itself, or -errno when it is negative.
napi_value give_result(napi_env env, ssize_t result);

#endif
