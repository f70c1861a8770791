// Preloaded: stands for another OpenSSL than the one that Node carries. Of the functions that an addon looks up, the
// one that OPENSSL_WITHOUT names is missing, and the version is OPENSSL_VERSION, a number.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static unsigned long other_version(void) {
  return strtoul(getenv("OPENSSL_VERSION"), NULL, 0);
}

void *dlsym(void *library, const char *name) {
  static void *(*real)(void *, const char *);
  if (real == NULL) {
    real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    if (real == NULL) real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
    if (real == NULL) real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.17");
  }
  const char *missing = getenv("OPENSSL_WITHOUT");
  if (missing != NULL && strcmp(name, missing) == 0) return NULL;
  if (getenv("OPENSSL_VERSION") != NULL && strcmp(name, "OpenSSL_version_num") == 0) return (void *)other_version;
  return real(library, name);
}
