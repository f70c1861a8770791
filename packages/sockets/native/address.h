// Socket addresses in the one form that crosses into JavaScript: a record of fixed size in a byte buffer.
//
//   int32 family | int32 port | uint32 flowinfo | uint32 scope id | int32 length of text | text
//
// The text is the numeric host of an Internet address or the path of a Unix one (which may hold NULs), not terminated.
#ifndef BIGHT_ADDRESS_H
#define BIGHT_ADDRESS_H

#include "arguments.h"

#include <sys/socket.h>

enum { ADDRESS_HEADER = 20, ADDRESS_TEXT = 112, ADDRESS_RECORD = ADDRESS_HEADER + ADDRESS_TEXT };

typedef struct {
  socklen_t length;
  union {
    struct sockaddr any;
    struct sockaddr_storage storage;
  };
} address;

// Reads a record. A host that is not numeric is resolved by the system, which may block. 0, -errno, or a UV_EAI_* code.
int address_read(const span *record, address *out);

// Writes a record; `record` must have ADDRESS_RECORD bytes, else -EINVAL.
int address_write(const address *source, const span *record);

// The UV_EAI_* code of a result of getaddrinfo() or getnameinfo(), or -errno for EAI_SYSTEM.
int resolver_error(int code);

#endif
