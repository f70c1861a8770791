import nodeProcess from 'node:process';
import { runInThisContext } from 'node:vm';
import { currentRunContext } from '@bight/contextvars/low-level';
import type { Failures } from './failures.js';

// Under this name a copy of loop-core marks the rejections that are cancels and need no handler.
const isCancel = Symbol.for('bight.quietUnhandledCancels');

interface Emitter {
  emit(event: string, ...args: unknown[]): boolean;
  [isCancel]?: (reason: unknown) => boolean;
}

const MESSAGES: Record<string, string> = {
  unhandledRejection: 'Unhandled rejection of a promise',
  uncaughtException: 'Uncaught exception',
};

const watched = new Map<object, Failures>();
let restore: (() => void) | null = null;

/**
 * Reports the rejections that no code handles and the exceptions that no code catches, of what runs in a loop, as
 * failures of its run: they do not end the process. Those of all other code stay as they are.
 *
 * @returns a function that ends this
 */
export function watchUncaught(loop: object, failures: Failures): () => void {
  watched.set(loop, failures);
  restore ??= replaceEmit();
  return () => {
    watched.delete(loop);
    if (watched.size > 0) return;
    restore?.();
    restore = null;
  };
}

/** Node calls `process.emit()`; a listener would change what happens to the errors of other code. */
function replaceEmit(): () => void {
  // The process that Node itself calls, also where a test runner hands out copies.
  const host = runInThisContext('process') as Emitter;
  const { emit } = host;
  const replacement = function (this: Emitter, event: string, ...args: unknown[]): boolean {
    const message = MESSAGES[event];
    if (
      message !== undefined &&
      (host[isCancel] ?? (nodeProcess as unknown as Emitter)[isCancel])?.(args[0]) !== true
    ) {
      const failures = watched.get((currentRunContext()?.loop ?? host) as object);
      if (failures !== undefined) {
        failures.add(message, args[0]);
        return true;
      }
    }
    return emit.call(this, event, ...args);
  };
  const own = Object.getOwnPropertyDescriptor(host, 'emit');
  host.emit = replacement;
  return () => {
    if (host.emit !== replacement) return;
    if (own === undefined) delete (host as Partial<Emitter>).emit;
    else Object.defineProperty(host, 'emit', own);
  };
}
