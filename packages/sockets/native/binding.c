// The entry point: puts the parts together, once for every environment that loads the addon.
#include "bindings.h"
#include "environment.h"

napi_status define_bindings(napi_env env, napi_value exports, const binding *functions, size_t count) {
  napi_status status = napi_ok;
  for (size_t i = 0; i < count && status == napi_ok; i++) {
    napi_value function;
    status = napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &function);
    if (status == napi_ok) status = napi_set_named_property(env, exports, functions[i].name, function);
  }
  return status;
}

NAPI_MODULE_INIT() {
  napi_status (*const parts[])(napi_env, napi_value) = {
      register_constants, register_engine,   register_options,  register_pollers, register_processes,
      register_resolver,  register_sockets, register_tls,      register_transfers,
  };
  napi_status status = environment_open(env);
  for (size_t i = 0; i < sizeof parts / sizeof *parts && status == napi_ok; i++) status = parts[i](env, exports);
  if (status != napi_ok) napi_throw_error(env, NULL, "the addon could not set itself up");
  return exports;
}
