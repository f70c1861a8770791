// The parts of the addon, each of which defines its functions on `exports`.
#ifndef BIGHT_BINDINGS_H
#define BIGHT_BINDINGS_H

#include "arguments.h"

#include <string.h>

// The TypeScript side refuses a binary with another number: they would misunderstand each other.
enum { BINDING_VERSION = 11 };

typedef struct {
  const char *name;
  napi_callback call;
} binding;

napi_status define_bindings(napi_env env, napi_value exports, const binding *functions, size_t count);

napi_status register_constants(napi_env env, napi_value exports);
napi_status register_engine(napi_env env, napi_value exports);
napi_status register_options(napi_env env, napi_value exports);
napi_status register_pollers(napi_env env, napi_value exports);
napi_status register_processes(napi_env env, napi_value exports);
napi_status register_resolver(napi_env env, napi_value exports);
napi_status register_sockets(napi_env env, napi_value exports);
napi_status register_tls(napi_env env, napi_value exports);
napi_status register_transfers(napi_env env, napi_value exports);

#endif
