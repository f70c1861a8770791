import type { EventEmitter } from 'node:events';
import { type Carrier, runInCarrier } from '@bight/contextvars/low-level';
import { typeError } from '@bight/loop-abstract/validate';
import { getRunningLoop } from '@bight/loop-core';
import { callbackCarrier } from '@bight/loop-core/low-level';

/**
 * Has every listener of an EventEmitter run in the context of now: the context variables are a copy of the current
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
  const carrier: Carrier = callbackCarrier(getRunningLoop());
  const { emit } = emitter;
  const emitHere = (args: Parameters<EventEmitter['emit']>): boolean => emit.apply(emitter, args);
  emitter.emit = (...args: Parameters<EventEmitter['emit']>) =>
    runInCarrier(carrier, emitHere, undefined, args);
  return emitter;
}
