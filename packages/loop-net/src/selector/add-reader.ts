import { type FileDescriptorLike, RuntimeError } from '@bight/loop-abstract';
import { checkArgs, checkCallback, descriptorOf } from '@bight/loop-abstract/validate';
import type { Callback, FutureLoop } from '@bight/loop-core';
import { EventHandle } from '@bight/loop-core/low-level';
import { EVENT_READ, EVENT_WRITE, type Socket } from '@bight/sockets';
import { isSocket } from '@bight/sockets/low-level';
import type { Watches } from './watched-descriptors.js';

/**
 * The side that is watched: the first by `addReader()` and `sockRecv()`, the second by `addWriter()` and
 * `sockSendall()`.
 */
export type Side = 'input' | 'output';

const events = { input: EVENT_READ, output: EVENT_WRITE } as const;

/** `loop.addReader()`, `loop.addWriter()`. */
export function addCallback(
  loop: FutureLoop,
  watches: Watches,
  side: Side,
  source: FileDescriptorLike,
  callback: Callback,
  args: readonly unknown[] | null | undefined,
): void {
  checkCallback(callback);
  const given = checkArgs(args);
  const fd = descriptorOf(source, 'fd');
  watches.find(fd);
  if (loop.isClosed()) throw new RuntimeError('Event loop is closed');
  const watch = watches.obtain(fd, watchedSocket(source), events[side]);
  const replaced = watch[side].handle;
  watch[side].handle = new EventHandle(loop, callback, given);
  if (replaced === null) return;
  replaced.cancel();
  // Earlier readiness was for the other callback, and perhaps of another descriptor with this number.
  watch.renew(events[side]);
}

/** `loop.removeReader()`, `loop.removeWriter()`. */
export function removeCallback(
  loop: FutureLoop,
  watches: Watches | null,
  side: Side,
  source: FileDescriptorLike,
): boolean {
  // A socket that was closed has removed its watch.
  if (watchedSocket(source)?.fileno() === -1) return false;
  const watch = watches?.find(descriptorOf(source, 'fd')) ?? null;
  if (loop.isClosed() || watch === null) return false;
  const { handle } = watch[side];
  if (handle === null) return false;
  watch[side].handle = null;
  handle.cancel();
  watch.settle(watch[side]);
  return true;
}

/** The socket with which a watch of that source ends, if it is one. */
function watchedSocket(source: FileDescriptorLike): Socket | null {
  return isSocket(source) ? source : null;
}
