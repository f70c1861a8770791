import type { Failure, Fault } from './plan.js';

const RECEIVE: Failure[] = ['EINTR', 'EAGAIN', 'ECONNRESET', 'ENOBUFS', 'ENOMEM'];
const SEND: Failure[] = ['EINTR', 'EAGAIN', 'EPIPE', 'ECONNRESET', 'ENOBUFS', 'ENOMEM'];
const ACCEPT: Failure[] = ['EINTR', 'EAGAIN', 'ECONNABORTED', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'];

/** How each call can fail, according to its manual page. */
const FAILURES: Readonly<Record<string, readonly Failure[]>> = {
  socket: ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'],
  bind: ['EADDRINUSE', 'EACCES', 'ENOMEM'],
  listen: ['EADDRINUSE', 'ENOBUFS'],
  accept: ACCEPT,
  accept4: ACCEPT,
  // Where nothing has to be waited for, nothing can be interrupted.
  connect: ['ECONNREFUSED', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM'],
  // It can only report that the connection is broken already, which the next read reports, too.
  shutdown: [],
  getsockname: ['ENOBUFS'],
  getpeername: ['ENOTCONN', 'ENOBUFS'],
  setsockopt: ['ENOBUFS', 'ENOMEM'],
  getsockopt: ['ENOBUFS'],
  close: ['EINTR'],
  read: [...RECEIVE, 'short'],
  readv: [...RECEIVE, 'short'],
  recv: [...RECEIVE, 'short'],
  recvfrom: RECEIVE,
  recvmsg: RECEIVE,
  recvmmsg: RECEIVE,
  write: [...SEND, 'short'],
  writev: [...SEND, 'short'],
  send: [...SEND, 'short'],
  sendmsg: [...SEND, 'short'],
  sendto: SEND,
  sendmmsg: SEND,
  sendfile: [...SEND, 'short'],
  sendfile64: [...SEND, 'short'],
  epoll_create1: ['EMFILE', 'ENOMEM'],
  epoll_ctl: ['ENOMEM', 'ENOSPC'],
  timerfd_create: ['EMFILE', 'ENOMEM'],
  // It fails only for wrong arguments.
  timerfd_settime: [],
};

/** What every correct program survives without a visible effect. */
const HARMLESS: ReadonlySet<string> = new Set(['EINTR', 'EAGAIN', 'short']);

/** Whether a failure has to be without any consequence. */
export function isHarmless({ failure }: Fault): boolean {
  return HARMLESS.has(failure);
}

/**
 * The faults for calls that were counted.
 *
 * @param all every single call; otherwise the first and the last of each
 * @param skipped calls whose failure cannot be handled
 */
export function faultsFor(
  counts: ReadonlyMap<string, number>,
  all: boolean,
  skipped: readonly string[],
): Fault[] {
  return [...counts]
    .filter(([call]) => !skipped.includes(call))
    .flatMap(([call, count]) => {
      const failures = FAILURES[call];
      if (failures === undefined) throw new Error(`no failures are known of ${call}()`);
      const which = all ? Array.from({ length: count }, (_, index) => index + 1) : [...new Set([1, count])];
      return which.flatMap((nth) => failures.map((failure) => ({ call, nth, failure })));
    });
}
