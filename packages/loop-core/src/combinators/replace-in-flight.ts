import { framesOf } from '../debugging/stack-frames.js';
import { Future } from '../futures/future.js';
import { noteReplaced } from '../futures/replaced-errors.js';
import { forgetUnretrieved, noteUnretrieved } from '../futures/unretrieved.js';
import { kFailedWith } from '../internals.js';
import type { FutureLoop } from '../scheduling/handle.js';

/**
 * Turns an error that is on its way out of a block into another one, in flight.
 *
 * The end of an `await using` block cannot see which error leaves the block, and cannot replace it: what it throws
 * itself is joined with the first in a `SuppressedError`. But the CancelledError with which a time-out, or a task
 * group, ended the block is known; so that very object becomes the error that the caller is to see.
 *
 * @internal
 */
export function replaceInFlight(error: Error, into: Error): void {
  const cause = Object.create(Object.getPrototypeOf(error), Object.getOwnPropertyDescriptors(error)) as Error;
  Object.setPrototypeOf(error, Object.getPrototypeOf(into));
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(into))) {
    if (key !== 'stack') Object.defineProperty(error, key, descriptor);
  }
  Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  const frames = framesOf(cause.stack);
  const heading = into.message === '' ? into.name : `${into.name}: ${into.message}`;
  Object.defineProperty(error, 'stack', {
    value: [heading, ...frames].join('\n'),
    configurable: true,
    writable: true,
  });
}

/**
 * {@link replaceInFlight}, for errors that must not get lost: where no code looks at what the error has become (the
 * block has swallowed the CancelledError, or thrown another one), it is reported like an exception that was never
 * retrieved.
 *
 * @internal
 */
export function replaceInFlightOrReport(error: Error, into: Error, loop: FutureLoop): void {
  replaceInFlight(error, into);
  const record = Future[kFailedWith](loop, into);
  noteUnretrieved(record);
  noteReplaced(error, record);
  // Held by the error, so that both are collected together.
  for (const key of ['message', 'errors', 'stack', 'name', 'cause'] as const) {
    const value = (error as unknown as Record<string, unknown>)[key];
    if (key === 'name' && !Object.hasOwn(error, key)) continue;
    Object.defineProperty(error, key, {
      configurable: true,
      get(): unknown {
        forgetUnretrieved(record);
        return value;
      },
      set(changed: unknown) {
        Object.defineProperty(error, key, { value: changed, configurable: true, writable: true });
      },
    });
  }
}
