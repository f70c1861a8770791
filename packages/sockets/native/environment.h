// What the addon keeps for each environment, that is, for the main thread and for every worker: nothing is shared
// between them.
#ifndef BIGHT_ENVIRONMENT_H
#define BIGHT_ENVIRONMENT_H

#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

typedef struct environment environment;

// Something of libuv's that is under way: its memory may go only after its callback came. An environment does not end
// before all of these have ended.
typedef struct pending {
  struct pending *next, *previous;
  environment *owner;
  // Called once, when the environment ends, to make the callback come soon.
  void (*stop)(struct pending *self);
} pending;

struct environment {
  napi_env env;
  uv_loop_t *loop;
  pending list;  // the head of a ring
  napi_async_cleanup_hook_handle hook;
  bool is_ending;
  struct engine *engines;
  int32_t last_engine;
  uint64_t *owned;  // a bit for each descriptor that is to be closed with the environment
  int owned_words;
  struct tls_environment *tls;  // NULL until it is used
};

// Makes the environment's data; called when the addon is loaded into it.
napi_status environment_open(napi_env env);

environment *environment_of(napi_env env);

// The descriptors that were opened here and have no other owner yet are closed when the environment ends, as those of a
// process are: JavaScript cannot close them any more when its thread was terminated. Both do nothing for a negative
// one.
void descriptor_own(environment *self, int fd);
void descriptor_disown(environment *self, int fd);

void pending_add(environment *owner, pending *entry, void (*stop)(pending *self));

// To be called from the entry's last callback, before its memory is freed.
void pending_remove(pending *entry);

#endif
