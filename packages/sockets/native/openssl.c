// Finds the OpenSSL that Node carries.
#include "openssl.h"
#include "tls.h"

#include <string.h>
#include <uv.h>

openssl_functions openssl;

static uv_once_t once = UV_ONCE_INIT;
static bool is_usable;

enum { MAJOR = 3, MAJOR_SHIFT = 28 };

// All of them must be there: a library that lacks one is not the OpenSSL that is expected. They are looked up in the
// program itself, through libuv: the symbol version of dlsym() differs between C libraries, and this binary would need
// that of one of them.
static bool find(uv_lib_t *program, const char *name, const char *without, void **function) {
  bool is_there = without == NULL || strcmp(name, without) != 0;
  return is_there && uv_dlsym(program, name, function) == 0 && *function != NULL;
}

static bool find_functions(openssl_functions *all, const char *without) {
  uv_lib_t program;
  bool found = uv_dlopen(NULL, &program) == 0;
#define FIND(result, name, parameters) found = found && find(&program, #name, without, (void **)&all->name);
  OPENSSL_FUNCTIONS(FIND)
#undef FIND
  uv_dlclose(&program);
  return found;
}

// BoringSSL and LibreSSL have the same names, and other numbers.
static bool is_known(unsigned long version) {
  return version >> MAJOR_SHIFT == MAJOR;
}

bool openssl_would_load(const char *without, unsigned long version) {
  openssl_functions all;
  return find_functions(&all, without) && is_known(version == 0 ? all.OpenSSL_version_num() : version);
}

static void load(void) {
  is_usable = find_functions(&openssl, NULL) && is_known(openssl.OpenSSL_version_num());
  if (is_usable) openssl.method = tls_bio_method();
  is_usable = is_usable && openssl.method != NULL;
}

bool openssl_load(void) {
  uv_once(&once, load);
  return is_usable;
}
