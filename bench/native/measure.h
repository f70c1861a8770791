// Measures the server's process: its processor time (all threads) and its resident memory.
#ifndef BIGHT_BENCH_MEASURE_H
#define BIGHT_BENCH_MEASURE_H

#include "common.h"

static pid_t server;

static inline int64_t now_ns(clockid_t clock) {
  struct timespec time;
  must(clock_gettime(clock, &time), "clock_gettime");
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static inline int64_t monotonic_ns(void) { return now_ns(CLOCK_MONOTONIC); }

// On Linux the id of a process's processor clock follows from the process id.
static inline int64_t server_cpu_ns(void) {
  struct timespec time;
  if (clock_gettime((clockid_t)((~(unsigned)server << 3) | 2), &time) == 0)
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
  // Some kernels have no clock for another process, but all count its ticks.
  char file[64];
  snprintf(file, sizeof file, "/proc/%d/stat", (int)server);
  FILE *stat = fopen(file, "r");
  char line[1024];
  if (stat == NULL || fgets(line, sizeof line, stat) == NULL) {
    fprintf(stderr, "process %d has ended\n", (int)server);
    exit(1);
  }
  fclose(stat);
  // Behind the name, which may have spaces and parentheses in it: the state, ten numbers, and the ticks in user and
  // system mode.
  long user = 0, system = 0;
  const char *fields = strrchr(line, ')');
  if (fields == NULL || sscanf(fields + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system) != 2) {
    fprintf(stderr, "%s is not understood\n", file);
    exit(1);
  }
  return (int64_t)(user + system) * (1000000000 / sysconf(_SC_CLK_TCK));
}

static inline long resident_bytes(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/statm", server);
  FILE *statm = fopen(path, "r");
  long total = 0, resident = 0;
  if (statm == NULL || fscanf(statm, "%ld %ld", &total, &resident) != 2) exit(1);
  fclose(statm);
  return resident * sysconf(_SC_PAGESIZE);
}

// The work of the server in some seconds after a warm-up.
typedef struct {
  int64_t warm, end, began, cpu;
} measurement;

static inline measurement measure_for(double seconds, int warm_up_ms) {
  int64_t warm = monotonic_ns() + warm_up_ms * 1000000LL;
  return (measurement){.warm = warm, .end = warm + (int64_t)(seconds * 1e9)};
}

// Whether it is over: then it has been printed. `done` counts what was done, and begins anew after the warm-up.
static inline int is_over(measurement *self, long *done) {
  int64_t now = monotonic_ns();
  if (self->began == 0 && now >= self->warm) {
    self->began = now;
    *done = 0;
    self->cpu = server_cpu_ns();
  } else if (now >= self->end && self->began != 0) {
    long long cpu = server_cpu_ns() - self->cpu;
    printf("{\"count\":%ld,\"seconds\":%.6f,\"cpuNs\":%lld}\n", *done, (double)(now - self->began) / 1e9, cpu);
    return 1;
  }
  return 0;
}

// Waits until the server has accepted all connections and its memory stops growing; returns the growth.
static inline long growth_since(long before) {
  long after = 0;
  for (int same = 0; same < 10; usleep(50000)) {
    long resident = resident_bytes();
    same = resident == after ? same + 1 : 0;
    after = resident;
  }
  return after - before;
}

// Spreads the connections over source addresses, since one has no more than 28,000 ports.
static inline int connect_to(const endpoint *target) {
  static uint32_t turn;
  int fd = must(socket(target->family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  if (target->family == AF_INET) {
    int on = 1;
    struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + turn++ % 200)};
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    must(bind(fd, (struct sockaddr *)&source, sizeof source), "bind");
    set_nodelay(fd);
  }
  must(connect(fd, (struct sockaddr *)&target->address, target->length), "connect");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

#endif
