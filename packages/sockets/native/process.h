// Starting programs without the fork() of libuv, which copies the page tables of a large heap. linux-process.c does it;
// elsewhere libuv itself has something better, see darwin.c.
#ifndef BIGHT_PROCESS_H
#define BIGHT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  const char *file;          // searched in the PATH of `environment` when it has no slash
  char *const *arguments;    // NULL at the end, as are all lists here
  char *const *environment;
  const char *directory;     // where it runs; NULL: here
  const int *descriptors;    // for each of the program's, from 0: one of this process, or -1 for the null device
  int descriptor_count;
  bool is_detached;          // leads a session of its own
} program;

typedef struct {
  int pid;
  int watch;  // a descriptor that is readable when the process has ended; the caller closes it
} child;

// Starts a program; 0, or -1 with the errno of the step that failed. ENOSYS: this system has no way to.
int system_spawn(const program *what, child *out);

// Takes the status of a process that has ended; -1 with EAGAIN while it runs. What it returned is negative, the number
// of a signal, when one ended it.
int system_collect(int watch, int *returncode);

// Ends a process that nothing can watch, and waits for its end.
void system_abandon(const child *self);

#endif
