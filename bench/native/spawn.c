// Starts `true` and waits for it, one process after the other: the floor for every program.
//
//   spawn COUNT
//
// Prints one line of JSON.
#include "common.h"
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static int64_t now_ns(void) {
  struct timespec time;
  must(clock_gettime(CLOCK_MONOTONIC, &time), "clock_gettime");
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **arguments) {
  int spawns = count > 1 ? atoi(arguments[1]) : 100;
  char *command[] = {"true", NULL};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int fd = 0; fd < 3; fd++) posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  int64_t began = now_ns();
  for (int i = 0; i < spawns; i++) {
    pid_t child;
    int status;
    errno = posix_spawnp(&child, "true", &actions, NULL, command, environ);
    if (errno != 0) must(-1, "posix_spawnp");
    must(waitpid(child, &status, 0), "waitpid");
  }
  printf("{\"ns\":%lld}\n", (long long)(now_ns() - began) / spawns);
  return 0;
}
