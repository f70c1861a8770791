// Finds the OpenSSL that Node carries.
#include "openssl.h"
#include "tls.h"

#include <uv.h>

openssl_functions openssl;

static uv_once_t once = UV_ONCE_INIT;
static bool is_usable;

enum { MAJOR = 3, MAJOR_SHIFT = 28 };

// Every one has to be there: a library that lacks one is another one than we take it for. They are asked of the program
// itself, and by libuv: what the C library calls dlsym() has another version in each of its own, which this binary
// would then need.
static bool find_functions(void) {
  uv_lib_t program;
  bool found = uv_dlopen(NULL, &program) == 0;
#define FIND(result, name, parameters) \
  found = found && uv_dlsym(&program, #name, (void **)&openssl.name) == 0 && openssl.name != NULL;
  OPENSSL_FUNCTIONS(FIND)
#undef FIND
  uv_dlclose(&program);
  return found;
}

static void load(void) {
  // BoringSSL and LibreSSL have the same names, and other numbers.
  is_usable = find_functions() && openssl.OpenSSL_version_num() >> MAJOR_SHIFT == MAJOR;
  if (is_usable) openssl.method = tls_bio_method();
  is_usable = is_usable && openssl.method != NULL;
}

bool openssl_load(void) {
  uv_once(&once, load);
  return is_usable;
}
