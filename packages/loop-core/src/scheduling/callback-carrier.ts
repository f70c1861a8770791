import { type Carrier, captureWith, currentContext, runContext } from '@bight/contextvars/low-level';

/**
 * The place in the async context where the callbacks of something that is made here and now should run: a connection, a
 * process, a watched descriptor. It has a copy of the current context, `loop` as its loop, and no task.
 *
 * Enter it with `runInCarrier(carrier, callback, self, arg)`.
 */
export function callbackCarrier(loop: object): Carrier {
  return captureWith(runContext(currentContext().copy(), loop, null));
}
