#include "poller.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { MOST_EVENTS = 512 };

const char *const poller_name = "epoll";

int poller_open(void) {
  return epoll_create1(EPOLL_CLOEXEC);
}

int poller_change(int poller, int fd, int before, int after, uint64_t token) {
  struct epoll_event event = {.data.u64 = token};
  if (after & READY_READ) event.events |= EPOLLIN;
  if (after & READY_WRITE) event.events |= EPOLLOUT;
  int operation = before == 0 ? EPOLL_CTL_ADD : after == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  return epoll_ctl(poller, operation, fd, &event);
}

int poller_wait(int poller, poller_event *events, int capacity, int milliseconds) {
  struct epoll_event found[MOST_EVENTS];
  if (capacity > MOST_EVENTS) capacity = MOST_EVENTS;
  int count = epoll_wait(poller, found, capacity, milliseconds);
  for (int i = 0; i < count; i++) {
    uint32_t bits = found[i].events;
    events[i].token = found[i].data.u64;
    events[i].ready = (bits & ~(uint32_t)EPOLLOUT ? READY_READ : 0) | (bits & ~(uint32_t)EPOLLIN ? READY_WRITE : 0);
  }
  return count;
}

int poller_timer_open(int poller, uint64_t token) {
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (timer < 0) return -1;
  if (poller_change(poller, timer, 0, READY_READ, token) == 0) return timer;
  int failure = errno;
  close(timer);
  errno = failure;
  return -1;
}

int poller_timer_set(int poller, int timer, uint64_t token, int64_t nanoseconds) {
  (void)poller;
  (void)token;
  struct itimerspec when = {0};
  if (nanoseconds >= 0) {
    when.it_value.tv_sec = (time_t)(nanoseconds / 1000000000);
    when.it_value.tv_nsec = (long)(nanoseconds % 1000000000);
    if (nanoseconds == 0) when.it_value.tv_nsec = 1;  // zero would disarm it
  }
  return timerfd_settime(timer, 0, &when, NULL);
}

void poller_timer_clear(int poller, int timer) {
  (void)poller;
  uint64_t expiries;
  // Nothing to read means that it was set anew after it expired.
  if (read(timer, &expiries, sizeof expiries) < 0) return;
}

void poller_timer_close(int poller, int timer) {
  (void)poller;
  close(timer);
}
