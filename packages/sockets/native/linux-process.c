// vfork(): the child runs in this memory, on this stack, while its parent's thread waits for it to execute the program.
// So it costs the same whatever the heap's size, and reports its failure by a plain variable. In exchange the child may
// call nothing but what a signal handler may, and allocate nothing: all memory is prepared before it.
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum {
  WAIT_FOR_DESCRIPTOR = 3,  // P_PIDFD, which older headers lack
  NAMED_SIGNALS = 32,       // the C library uses some of those above
  UNKNOWN_STATUS = 255,     // what CPython gives when the status was collected elsewhere
};

enum { UNKNOWN, YES, NO };

// What the child needs beside the plan.
typedef struct {
  const program *what;
  char **paths;          // each place where the program may be
  char **script;         // the arguments of a shell, for a file that is none of the system's formats
  int *sources;          // a copy of the descriptors, which the child changes
  volatile int failure;
} preparation;

static const char *search_path(char *const *environment) {
  for (; *environment != NULL; environment++) {
    if (strncmp(*environment, "PATH=", 5) == 0) return *environment + 5;
  }
  return "/bin:/usr/bin";
}

// All paths in one piece of memory: the list, and after it the texts.
static char **list_paths(const program *what) {
  const char *search = strchr(what->file, '/') == NULL ? search_path(what->environment) : "";
  size_t parts = 1, length = strlen(what->file);
  for (const char *at = search; *at != '\0'; at++) parts += *at == ':';
  char **list = malloc((parts + 1) * sizeof *list + strlen(search) + parts * (length + 2));
  if (list == NULL) return NULL;
  char *text = (char *)(list + parts + 1);
  for (size_t i = 0; i < parts; i++) {
    size_t part = strcspn(search, ":");
    list[i] = text;
    memcpy(text, search, part);
    text += part;
    if (part > 0) *text++ = '/';
    memcpy(text, what->file, length + 1);
    text += length + 1;
    search += part + 1;
  }
  list[parts] = NULL;
  return list;
}

static size_t count(char *const *list) {
  size_t length = 0;
  while (list[length] != NULL) length++;
  return length;
}

static bool prepare(preparation *self, const program *what) {
  size_t arguments = count(what->arguments);
  size_t bytes = (size_t)what->descriptor_count * sizeof *self->sources;
  *self = (preparation){.what = what, .paths = list_paths(what), .script = calloc(arguments + 3, sizeof(char *))};
  self->sources = malloc(bytes + 1);
  if (self->paths == NULL || self->script == NULL || self->sources == NULL) return false;
  if (bytes > 0) memcpy(self->sources, what->descriptors, bytes);
  self->script[0] = (char *)"/bin/sh";
  // The second one is the path that is tried.
  for (size_t i = 1; i < arguments; i++) self->script[i + 1] = what->arguments[i];
  return true;
}

static void release(preparation *self) {
  free(self->paths);
  free(self->script);
  free(self->sources);
}

// Below: what runs in the child.

// Low numbers that another one needs later are moved out of the way first.
static bool save_sources(preparation *self) {
  int most = self->what->descriptor_count;
  for (int fd = 0; fd < most; fd++) {
    int source = self->sources[fd];
    if (source < 0 || source >= fd) continue;
    self->sources[fd] = fcntl(source, F_DUPFD_CLOEXEC, most);
    if (self->sources[fd] < 0) return false;
  }
  return true;
}

static bool place_null_device(int fd) {
  int device = open("/dev/null", fd == 0 ? O_RDONLY : O_RDWR);
  if (device < 0 || device == fd) return device == fd;
  bool is_placed = dup2(device, fd) >= 0;
  close(device);
  return is_placed;
}

static bool place_descriptor(int fd, int source) {
  if (source < 0) return place_null_device(fd);
  if (source == fd ? fcntl(fd, F_SETFD, 0) < 0 : dup2(source, fd) < 0) return false;
  if (fd > 2) return true;
  // A program expects that its standard streams block.
  int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_NONBLOCK) != 0) fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  return true;
}

static bool place_descriptors(preparation *self) {
  if (!save_sources(self)) return false;
  for (int fd = 0; fd < self->what->descriptor_count; fd++) {
    if (!place_descriptor(fd, self->sources[fd])) return false;
  }
  return true;
}

static void reset_signals(void) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigset_t none;
  for (int number = 1; number < NAMED_SIGNALS; number++) sigaction(number, &action, NULL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// Returns when no place has the program, with errno.
static void execute(preparation *self) {
  const program *what = self->what;
  bool was_denied = false;
  for (char **path = self->paths; *path != NULL; path++) {
    execve(*path, what->arguments, what->environment);
    if (errno == ENOEXEC) {
      self->script[1] = *path;
      execve("/bin/sh", self->script, what->environment);
    }
    if (errno == EACCES) was_denied = true;
    else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV && errno != ETIMEDOUT) return;
  }
  if (was_denied) errno = EACCES;
}

static void become(preparation *self) {
  const program *what = self->what;
  if (what->is_detached) setsid();
  if (place_descriptors(self) && (what->directory == NULL || chdir(what->directory) == 0)) {
    reset_signals();
    execute(self);
  }
  self->failure = errno == 0 ? EIO : errno;
  _exit(127);
}

// Above: what runs in the child.

// A frame of its own, which lasts until the parent goes on.
__attribute__((noinline)) static int start(preparation *self) {
  pid_t pid = vfork();
  if (pid == 0) become(self);
  return pid;
}

// A process whose parent ignores the ends of its children leaves no status.
static bool leaves_status(void) {
  struct sigaction action;
  return sigaction(SIGCHLD, NULL, &action) < 0 ||
         (action.sa_handler != SIG_IGN && (action.sa_flags & SA_NOCLDWAIT) == 0);
}

static void bury(int pid) {
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
}

__attribute__((noinline)) static int start_marking(volatile bool *mark) {
  pid_t pid = vfork();
  if (pid != 0) return pid;
  *mark = true;
  _exit(0);
}

// Whether a child of vfork() runs in this memory, found out once. QEMU's user mode, which is what runs a container of
// another processor, makes it a fork(): the child's failure would stay in the child.
static bool shares_memory(void) {
  static atomic_int answer = UNKNOWN;
  if (answer != UNKNOWN) return answer == YES;
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  volatile bool mark = false;
  int pid = start_marking(&mark);
  sigprocmask(SIG_SETMASK, &before, NULL);
  // No process could be made: the program's own start will report why.
  if (pid < 0) return true;
  bury(pid);
  answer = mark ? YES : NO;
  return mark;
}

void system_abandon(const child *self) {
  kill(self->pid, SIGKILL);
  bury(self->pid);
  close(self->watch);
}

static int open_watch(int pid) {
  return (int)syscall(SYS_pidfd_open, pid, 0);
}

// waitid() on a watch (a pidfd) came to Linux later than pidfds: this process is no child of its own, which is ECHILD.
static bool can_wait_through(int watch) {
  siginfo_t info;
  return waitid((idtype_t)WAIT_FOR_DESCRIPTOR, (id_t)watch, &info, WEXITED | WNOHANG) < 0 && errno == ECHILD;
}

// `spare` is closed to make room for the watch: with every number taken, no program may be started first.
static int start_watched(preparation *self, int spare, child *out) {
  sigset_t all, before;
  sigfillset(&all);
  // No handler of this process may run in its child.
  sigprocmask(SIG_BLOCK, &all, &before);
  out->pid = start(self);
  int failure = out->pid < 0 ? errno : self->failure;
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(spare);
  if (out->pid > 0 && failure == 0) {
    out->watch = open_watch(out->pid);
    if (out->watch >= 0) return 0;
    failure = errno;
    kill(out->pid, SIGKILL);
  }
  if (out->pid > 0) bury(out->pid);
  errno = failure;
  return -1;
}

int system_spawn(const program *what, child *out) {
  int spare = open_watch(getpid());
  if (spare < 0 && errno != ENOSYS && errno != EPERM) return -1;
  if (spare < 0 || !can_wait_through(spare) || !leaves_status() || !shares_memory()) {
    if (spare >= 0) close(spare);
    errno = ENOSYS;
    return -1;
  }
  preparation self;
  int result = -1;
  if (prepare(&self, what)) {
    result = start_watched(&self, spare, out);
  } else {
    close(spare);
    errno = ENOMEM;
  }
  int failure = errno;
  release(&self);
  errno = failure;
  return result;
}

int system_collect(int watch, int *returncode) {
  siginfo_t info = {0};
  if (waitid((idtype_t)WAIT_FOR_DESCRIPTOR, (id_t)watch, &info, WEXITED | WNOHANG) < 0) {
    if (errno != ECHILD) return -1;
    *returncode = UNKNOWN_STATUS;
    return 0;
  }
  if (info.si_pid == 0) {
    errno = EAGAIN;
    return -1;
  }
  *returncode = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
  return 0;
}
