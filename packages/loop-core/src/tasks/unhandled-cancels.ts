import { cancelBehind } from './cancel-cause.js';

/**
 * Rejections by our cancel that no code awaits.
 *
 * A task that is cancelled takes along what it has begun: `void helper()` rejects with our CancelledError, and no code
 * looks at that promise. The same as an unawaited task: to be cancelled is no failure. But Node ends the
 * process for a rejection without a handler, and there is no other place to say that this one needs none: a listener
 * for `unhandledRejection` would change what happens to all other rejections.
 *
 * @internal
 */
export function quietUnhandledCancels(): void {
  if (isInstalled) return;
  isInstalled = true;
  install();
}

let isInstalled = false;

// Once in a process, whatever copies of this package are loaded.
const marker = Symbol.for('bight.quietUnhandledCancels');

interface Emitter {
  emit?: (event: string, ...args: unknown[]) => boolean;
  versions?: { node?: string };
  getBuiltinModule?(name: string): Emitter | undefined;
  [marker]?: (reason: unknown) => boolean;
}

interface Page {
  addEventListener?(
    type: 'unhandledrejection',
    listener: (event: { reason: unknown; preventDefault(): void }) => void,
  ): void;
}

function install(): void {
  const given = globalThis.process as unknown as Emitter | undefined;
  // The one that Node itself calls, also where a test runner hands out copies.
  const host = given?.getBuiltinModule?.('node:process') ?? given;
  if (host?.versions?.node !== undefined && typeof host.emit === 'function') {
    if (host[marker] !== undefined) return;
    host[marker] = isCancel;
    const emit = host.emit;
    host.emit = function (this: Emitter, event: string, ...args: unknown[]): boolean {
      if (event === 'unhandledRejection' && isCancel(args[0])) return true;
      return emit.call(this, event, ...args);
    };
    return;
  }
  (globalThis as Page).addEventListener?.('unhandledrejection', (event) => {
    if (isCancel(event.reason)) event.preventDefault();
  });
}

/**
 * Our CancelledError, or what foreign code has made of it: the AbortError that Node's functions throw, the
 * AggregateError of `Promise.any()`, what wraps the reason of one of our signals. Every other error that has one among
 * its causes (a TimeoutError, an interrupt, an error of the user's) is a failure. By its shape, too: other copies of
 * this package have other classes.
 */
function isCancel(reason: unknown): boolean {
  return cancelBehind(reason) !== null || hasShapeOfCancel(reason, 0);
}

interface CancelShape {
  code?: unknown;
  name?: unknown;
  cause?: unknown;
  errors?: unknown;
}

function hasShapeOfCancel(reason: unknown, depth: number): boolean {
  if (typeof reason !== 'object' || reason === null || depth > 10) return false;
  const { code, name, cause, errors } = reason as CancelShape;
  if (code === 'ERR_CANCELLED' && name === 'CancelledError') return true;
  if (name === 'AbortError') return hasShapeOfCancel(cause, depth + 1);
  if (name !== 'AggregateError' || !Array.isArray(errors) || errors.length === 0) return false;
  return errors.every((one) => hasShapeOfCancel(one, depth + 1));
}
