#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>
#include <uv.h>

typedef struct {
  int32_t family;
  int32_t port;
  uint32_t flowinfo;
  uint32_t scope_id;
  int32_t text_length;
} header;

static int read_unix(const uint8_t *text, size_t length, address *out) {
  struct sockaddr_un *path = (struct sockaddr_un *)&out->storage;
  // An abstract name may fill the field; a path needs room for its terminator.
  bool is_abstract = length > 0 && text[0] == 0;
  if (length > sizeof path->sun_path - (is_abstract ? 0 : 1)) return -ENAMETOOLONG;
  if (!is_abstract && memchr(text, 0, length) != NULL) return -EINVAL;
  path->sun_family = AF_UNIX;
  memcpy(path->sun_path, text, length);
  out->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (is_abstract ? 0 : 1));
  return 0;
}

static int read_host(const char *host, int family, address *out) {
  struct sockaddr_in *v4 = (struct sockaddr_in *)&out->storage;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out->storage;
  out->length = family == AF_INET ? sizeof *v4 : sizeof *v6;
  out->any.sa_family = (sa_family_t)family;
  if (host[0] == 0) return 0;  // the wildcard address is all zeroes in both families
  if (family == AF_INET && strcmp(host, "<broadcast>") == 0) {
    v4->sin_addr.s_addr = htonl(INADDR_BROADCAST);
    return 0;
  }
  if (inet_pton(family, host, family == AF_INET ? (void *)&v4->sin_addr : (void *)&v6->sin6_addr) == 1) return 0;
  struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_DGRAM};
  struct addrinfo *found = NULL;
  int code = getaddrinfo(host, NULL, &hints, &found);
  if (code != 0) return resolver_error(code);
  if (found->ai_addrlen <= sizeof out->storage) {
    memcpy(&out->storage, found->ai_addr, found->ai_addrlen);
    out->length = found->ai_addrlen;
  }
  freeaddrinfo(found);
  return 0;
}

int address_read(const span *record, address *out) {
  header head;
  if (record->length < ADDRESS_HEADER) return -EINVAL;
  memcpy(&head, record->data, sizeof head);
  if (head.text_length < 0 || (size_t)head.text_length > record->length - ADDRESS_HEADER) return -EINVAL;
  const uint8_t *text = record->data + ADDRESS_HEADER;
  memset(out, 0, sizeof *out);
  if (head.family == AF_UNIX) return read_unix(text, (size_t)head.text_length, out);
  if (head.family != AF_INET && head.family != AF_INET6) return -EAFNOSUPPORT;

  char host[NI_MAXHOST];
  if ((size_t)head.text_length >= sizeof host || memchr(text, 0, (size_t)head.text_length) != NULL) return -EINVAL;
  memcpy(host, text, (size_t)head.text_length);
  host[head.text_length] = 0;
  int failed = read_host(host, head.family, out);
  if (failed != 0) return failed;
  if (head.family == AF_INET) {
    ((struct sockaddr_in *)&out->storage)->sin_port = htons((uint16_t)head.port);
    return 0;
  }
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out->storage;
  v6->sin6_port = htons((uint16_t)head.port);
  v6->sin6_flowinfo = htonl(head.flowinfo);
  // A zone in the host's text ("fe80::1%eth0") stands unless the caller gave a number.
  if (head.scope_id != 0) v6->sin6_scope_id = head.scope_id;
  return 0;
}

static size_t write_unix(const address *source, uint8_t *text) {
  const struct sockaddr_un *path = (const struct sockaddr_un *)&source->storage;
  size_t start = offsetof(struct sockaddr_un, sun_path);
  if (source->length <= start) return 0;  // unnamed: the peer of socketpair(), or a client that never bound
  size_t length = source->length - start;
  if (length > sizeof path->sun_path) length = sizeof path->sun_path;
  if (path->sun_path[0] != 0) length = strnlen(path->sun_path, length);
  memcpy(text, path->sun_path, length);
  return length;
}

int address_write(const address *source, const span *record) {
  if (record->length < ADDRESS_RECORD) return -EINVAL;
  uint8_t *text = record->data + ADDRESS_HEADER;
  header head = {.family = source->length < sizeof(sa_family_t) ? AF_UNSPEC : source->any.sa_family};
  if (head.family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&source->storage;
    head.port = ntohs(v4->sin_port);
    if (inet_ntop(AF_INET, &v4->sin_addr, (char *)text, ADDRESS_TEXT) == NULL) return -errno;
    head.text_length = (int32_t)strlen((const char *)text);
  } else if (head.family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&source->storage;
    head.port = ntohs(v6->sin6_port);
    head.flowinfo = ntohl(v6->sin6_flowinfo);
    head.scope_id = v6->sin6_scope_id;
    if (inet_ntop(AF_INET6, &v6->sin6_addr, (char *)text, ADDRESS_TEXT) == NULL) return -errno;
    head.text_length = (int32_t)strlen((const char *)text);
  } else if (head.family == AF_UNIX) {
    head.text_length = (int32_t)write_unix(source, text);
  }
  memcpy(record->data, &head, sizeof head);
  return 0;
}

int resolver_error(int code) {
  switch (code) {
    case 0:
      return 0;
    case EAI_SYSTEM:
      return errno == 0 ? UV_EAI_FAIL : -errno;
    case EAI_AGAIN:
      return UV_EAI_AGAIN;
    case EAI_BADFLAGS:
      return UV_EAI_BADFLAGS;
    case EAI_FAIL:
      return UV_EAI_FAIL;
    case EAI_FAMILY:
      return UV_EAI_FAMILY;
    case EAI_MEMORY:
      return UV_EAI_MEMORY;
    case EAI_OVERFLOW:
      return UV_EAI_OVERFLOW;
    case EAI_SERVICE:
      return UV_EAI_SERVICE;
    case EAI_SOCKTYPE:
      return UV_EAI_SOCKTYPE;
    default:
      // EAI_NONAME, and where the system has them EAI_NODATA and EAI_ADDRFAMILY: no such host, or none of that family.
      return UV_EAI_NONAME;
  }
}
