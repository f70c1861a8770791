/*
 * Makes system calls fail on purpose. Loaded into a process with LD_PRELOAD, it stands between libuv, the native addon
 * and the C library. What is to fail stands in a file that is shared with the process under test (plan.ts writes it):
 * the name of a call, which one of them, and the error. Only sockets, only the main thread, and never standard input
 * and output.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CALLS = 40, NAME = 16 };

struct plan {
  uint32_t armed;
  uint32_t nth; /* which call fails: 1 is the first; 0 for none, when calls are only counted */
  int32_t error; /* 0: the call does less than was asked for */
  uint32_t injected;
  char call[NAME];
  struct {
    char name[NAME];
    uint32_t seen;
  } calls[CALLS];
};

static struct plan *plan;

__attribute__((constructor)) static void open_plan(void) {
  const char *path = getenv("FAULT_PLAN");
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *memory = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  syscall(SYS_close, fd);
  if (memory != MAP_FAILED) plan = memory;
}

static int is_socket(int fd) {
  struct stat status;
  return fd > 2 && fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

enum { GO_ON, FAIL, SHORT };

/* What this call is to do. `fd` is -1 for calls that have none yet. */
static int decide(const char *name, int fd) {
  if (!plan || !plan->armed) return GO_ON;
  int saved = errno;
  int verdict = GO_ON;
  if (gettid() == getpid() && (fd == -1 || is_socket(fd))) {
    int i = 0;
    while (i < CALLS - 1 && plan->calls[i].name[0] && strcmp(plan->calls[i].name, name) != 0) i++;
    strncpy(plan->calls[i].name, name, NAME - 1);
    uint32_t seen = ++plan->calls[i].seen;
    if (seen == plan->nth && strcmp(plan->call, name) == 0) {
      plan->injected++;
      verdict = plan->error == 0 ? SHORT : FAIL;
    }
  }
  errno = verdict == FAIL ? plan->error : saved;
  return verdict;
}

#define REAL(type, name, ...)                                  \
  static type (*real)(__VA_ARGS__);                            \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

/* Calls that succeed or fail. */
#define PLAIN(name, fd, parameters, types, arguments)          \
  int name parameters {                                        \
    REAL(int, #name, types);                                   \
    if (decide(#name, fd) == FAIL) return -1;                  \
    return real arguments;                                     \
  }
#define TYPES(...) __VA_ARGS__

PLAIN(socket, -1, (int d, int t, int p), TYPES(int, int, int), (d, t, p))
PLAIN(bind, fd, (int fd, const struct sockaddr *a, socklen_t n), TYPES(int, const struct sockaddr *, socklen_t), (fd, a, n))
PLAIN(listen, fd, (int fd, int n), TYPES(int, int), (fd, n))
PLAIN(accept, fd, (int fd, struct sockaddr *a, socklen_t *n), TYPES(int, struct sockaddr *, socklen_t *), (fd, a, n))
PLAIN(accept4, fd, (int fd, struct sockaddr *a, socklen_t *n, int f), TYPES(int, struct sockaddr *, socklen_t *, int), (fd, a, n, f))
PLAIN(connect, fd, (int fd, const struct sockaddr *a, socklen_t n), TYPES(int, const struct sockaddr *, socklen_t), (fd, a, n))
PLAIN(shutdown, fd, (int fd, int how), TYPES(int, int), (fd, how))
PLAIN(getsockname, fd, (int fd, struct sockaddr *a, socklen_t *n), TYPES(int, struct sockaddr *, socklen_t *), (fd, a, n))
PLAIN(getpeername, fd, (int fd, struct sockaddr *a, socklen_t *n), TYPES(int, struct sockaddr *, socklen_t *), (fd, a, n))
PLAIN(setsockopt, fd, (int fd, int l, int o, const void *v, socklen_t n), TYPES(int, int, int, const void *, socklen_t), (fd, l, o, v, n))
PLAIN(getsockopt, fd, (int fd, int l, int o, void *v, socklen_t *n), TYPES(int, int, int, void *, socklen_t *), (fd, l, o, v, n))
PLAIN(epoll_create1, -1, (int f), TYPES(int), (f))
PLAIN(timerfd_create, -1, (int c, int f), TYPES(int, int), (c, f))
PLAIN(timerfd_settime, -1, (int fd, int f, const struct itimerspec *n, struct itimerspec *o), TYPES(int, int, const struct itimerspec *, struct itimerspec *), (fd, f, n, o))
PLAIN(sendmmsg, fd, (int fd, struct mmsghdr *m, unsigned n, int f), TYPES(int, struct mmsghdr *, unsigned, int), (fd, m, n, f))
PLAIN(recvmmsg, fd, (int fd, struct mmsghdr *m, unsigned n, int f, struct timespec *t), TYPES(int, struct mmsghdr *, unsigned, int, struct timespec *), (fd, m, n, f, t))

/* Only for what is new does the system need anything that it may lack. */
int epoll_ctl(int e, int op, int fd, struct epoll_event *ev) {
  REAL(int, "epoll_ctl", int, int, int, struct epoll_event *);
  if (op == EPOLL_CTL_ADD && decide("epoll_ctl", fd) == FAIL) return -1;
  return real(e, op, fd, ev);
}

/* A descriptor is gone whatever close() says. */
int close(int fd) {
  REAL(int, "close", int);
  int verdict = decide("close", fd);
  int result = real(fd);
  if (verdict != FAIL) return result;
  errno = plan->error;
  return -1;
}

/* Calls that say how many bytes they moved: one, when they are to move less than they could. */
#define BYTES(name, parameters, types, arguments, shorter)     \
  ssize_t name parameters {                                    \
    REAL(ssize_t, #name, types);                               \
    int verdict = decide(#name, fd);                           \
    if (verdict == FAIL) return -1;                            \
    if (verdict == SHORT) { shorter; }                         \
    return real arguments;                                     \
  }

BYTES(read, (int fd, void *b, size_t n), TYPES(int, void *, size_t), (fd, b, n), if (n > 1) n = 1)
BYTES(write, (int fd, const void *b, size_t n), TYPES(int, const void *, size_t), (fd, b, n), if (n > 1) n = 1)
BYTES(recv, (int fd, void *b, size_t n, int f), TYPES(int, void *, size_t, int), (fd, b, n, f), if (n > 1) n = 1)
BYTES(send, (int fd, const void *b, size_t n, int f), TYPES(int, const void *, size_t, int), (fd, b, n, f), if (n > 1) n = 1)
BYTES(recvfrom, (int fd, void *b, size_t n, int f, struct sockaddr *a, socklen_t *l), TYPES(int, void *, size_t, int, struct sockaddr *, socklen_t *), (fd, b, n, f, a, l), )
BYTES(sendto, (int fd, const void *b, size_t n, int f, const struct sockaddr *a, socklen_t l), TYPES(int, const void *, size_t, int, const struct sockaddr *, socklen_t), (fd, b, n, f, a, l), )

static struct iovec one_byte(const struct iovec *v) {
  return (struct iovec){v[0].iov_base, v[0].iov_len > 1 ? 1 : v[0].iov_len};
}

BYTES(readv, (int fd, const struct iovec *v, int n), TYPES(int, const struct iovec *, int), (fd, v, n), struct iovec o = one_byte(v); return real(fd, &o, 1))
BYTES(writev, (int fd, const struct iovec *v, int n), TYPES(int, const struct iovec *, int), (fd, v, n), struct iovec o = one_byte(v); return real(fd, &o, 1))
BYTES(recvmsg, (int fd, struct msghdr *m, int f), TYPES(int, struct msghdr *, int), (fd, m, f), )
BYTES(sendmsg, (int fd, const struct msghdr *m, int f), TYPES(int, const struct msghdr *, int), (fd, m, f),
      struct iovec o = one_byte(m->msg_iov); struct msghdr h = *m; h.msg_iov = &o; h.msg_iovlen = 1; return real(fd, &h, f))
BYTES(sendfile, (int fd, int in, off_t *o, size_t n), TYPES(int, int, off_t *, size_t), (fd, in, o, n), if (n > 1) n = 1)
BYTES(sendfile64, (int fd, int in, off64_t *o, size_t n), TYPES(int, int, off64_t *, size_t), (fd, in, o, n), if (n > 1) n = 1)

/* libuv makes the batched calls of datagrams without the C library's names for them. */
long syscall(long number, ...) {
  REAL(long, "syscall", long, ...);
  va_list list;
  long a[6];
  va_start(list, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  const char *name = number == SYS_sendmmsg ? "sendmmsg" : number == SYS_recvmmsg ? "recvmmsg" : NULL;
  if (name && decide(name, (int)a[0]) == FAIL) return -1;
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
