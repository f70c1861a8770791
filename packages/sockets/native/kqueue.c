#include "poller.h"

#include <errno.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/event.h>
#include <sys/time.h>
#include <fcntl.h>
#include <unistd.h>

enum { MOST_EVENTS = 512, TIMER = 1 };

const char *const poller_name = "kqueue";

int poller_open(void) {
  int poller = kqueue();
  if (poller >= 0) fcntl(poller, F_SETFD, FD_CLOEXEC);
  return poller;
}

static int change_filter(int poller, int fd, int filter, int flags, uint64_t token) {
  struct kevent change;
  EV_SET(&change, (uintptr_t)fd, (int16_t)filter, (uint16_t)flags, 0, 0, (void *)(uintptr_t)token);
  return kevent(poller, &change, 1, NULL, 0, NULL);
}

int poller_change(int poller, int fd, int before, int after, uint64_t token) {
  const int filters[2][2] = {{READY_READ, EVFILT_READ}, {READY_WRITE, EVFILT_WRITE}};
  for (int i = 0; i < 2; i++) {
    int bit = filters[i][0], filter = filters[i][1];
    int result = 0;
    // Adding again what is there changes its token, as a modification of an epoll entry does.
    if (after & bit) result = change_filter(poller, fd, filter, EV_ADD, token);
    else if (before & bit) result = change_filter(poller, fd, filter, EV_DELETE, token);
    if (result < 0) {
      int failure = errno;
      if (before == 0 && i == 1 && (after & READY_READ)) change_filter(poller, fd, EVFILT_READ, EV_DELETE, token);
      errno = failure;
      return -1;
    }
  }
  return 0;
}

int poller_wait(int poller, poller_event *events, int capacity, int milliseconds) {
  struct kevent found[MOST_EVENTS];
  struct timespec limit = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
  if (capacity > MOST_EVENTS) capacity = MOST_EVENTS;
  int count = kevent(poller, NULL, 0, found, capacity, milliseconds < 0 ? NULL : &limit);
  for (int i = 0; i < count; i++) {
    events[i].token = (uint64_t)(uintptr_t)found[i].udata;
    events[i].ready = found[i].filter == EVFILT_WRITE ? READY_WRITE : READY_READ;
  }
  return count;
}

// The timer is an entry of the kqueue itself and needs no descriptor; its handle is its identifier, which cannot
// collide with those of other filters. It exists only while it is armed.
int poller_timer_open(int poller, uint64_t token) {
  (void)poller;
  (void)token;
  return TIMER;
}

int poller_timer_set(int poller, int timer, uint64_t token, int64_t nanoseconds) {
  struct kevent change;
  int flags = nanoseconds < 0 ? EV_DELETE : EV_ADD | EV_ONESHOT;
  EV_SET(&change, (uintptr_t)timer, EVFILT_TIMER, (uint16_t)flags, NOTE_NSECONDS, nanoseconds < 0 ? 0 : nanoseconds,
         (void *)(uintptr_t)token);
  int result = kevent(poller, &change, 1, NULL, 0, NULL);
  return result < 0 && nanoseconds < 0 && errno == ENOENT ? 0 : result;
}

void poller_timer_clear(int poller, int timer) {
  (void)poller;
  (void)timer;  // one-shot: delivered means gone
}

void poller_timer_close(int poller, int timer) {
  poller_timer_set(poller, timer, 0, -1);
}
