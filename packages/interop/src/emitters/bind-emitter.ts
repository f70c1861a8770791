import type { EventEmitter } from 'node:events';
import { copyContext } from '@bight/contextvars';
import { capture, runContext, runIn } from '@bight/contextvars/low-level';
import { typeError } from '@bight/loop-abstract/validate';
import { getRunningLoop } from '@bight/loop-core';

/**
 * Runs every listener of an EventEmitter in the context of now: the context variables are a copy of the current
 * ones, and `getRunningLoop()` and `createTask()` work there, wherever the event is emitted. Listeners that were added
 * before are included.
 *
 * @returns the same emitter
 * @throws {TypeError} unless it is an EventEmitter
 * @throws {RuntimeError} outside of a running loop
 */
export function bindEmitter<E extends EventEmitter>(emitter: E): E {
  if (typeof (emitter as Partial<EventEmitter> | null | undefined)?.emit !== 'function') {
    throw typeError('emitter', 'an EventEmitter', emitter);
  }
  const loop = getRunningLoop();
  const context = copyContext();
  const carrier = capture();
  const { emit } = emitter;
  const emitHere = (args: Parameters<EventEmitter['emit']>): boolean => emit.apply(emitter, args);
  emitter.emit = (...args: Parameters<EventEmitter['emit']>) =>
    // A copy for each event: what a listener sets ends with it.
    runIn(carrier, runContext(context.copy(), loop, null), emitHere, undefined, args);
  return emitter;
}
