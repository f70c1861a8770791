// Readiness of many descriptors: the seam between this addon and the platform. epoll.c and kqueue.c each implement all
// of it. A poller is a descriptor itself, readable while something that it watches is ready. Results are those of
// system calls: -1 sets errno.
#ifndef BIGHT_POLLER_H
#define BIGHT_POLLER_H

#include <stdint.h>

enum { READY_READ = 1, READY_WRITE = 2 };

typedef struct {
  uint64_t token;
  int ready;
} poller_event;

// What the selectors call it: "epoll" or "kqueue".
extern const char *const poller_name;

int poller_open(void);

// Watches `fd` for the events in `after` instead of those in `before` (0: not watched), level-triggered; events about
// it carry `token`. An error or a hang-up of the descriptor makes it ready for everything that it is watched for.
int poller_change(int poller, int fd, int before, int after, uint64_t token);

// Waits for events for at most this many milliseconds, for ever when negative. One descriptor may give two events.
// EINTR is returned.
int poller_wait(int poller, poller_event *events, int capacity, int milliseconds);

// A timer of nanosecond resolution among the descriptors, one at most: the handle that the other calls take. Its
// expiry is an event with `token`.
int poller_timer_open(int poller, uint64_t token);

// Lets the timer expire once, this many nanoseconds from now; never, when negative. `token` is that of its opening.
int poller_timer_set(int poller, int timer, uint64_t token, int64_t nanoseconds);

// Takes the expiry back, so that the timer is not ready any more.
void poller_timer_clear(int poller, int timer);

void poller_timer_close(int poller, int timer);

#endif
