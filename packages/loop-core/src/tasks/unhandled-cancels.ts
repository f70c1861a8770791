/**
 * Rejections by our cancel that no code awaits.
 *
 * A task that is cancelled takes along what it has begun: `void helper()` rejects with our CancelledError, and no code
 * looks at that promise. The same as a task that nobody awaits: to be cancelled is no failure. But Node ends the
 * process for a rejection without a handler, and there is no other place to say that this one needs none: a listener
 * for `unhandledRejection` would change what happens to all the others.
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
  [marker]?: boolean;
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
    if (host[marker]) return;
    host[marker] = true;
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
 * Our CancelledError, or the AbortError that Node has made of one. Every other error that has one among its causes (a TimeoutError,
 * an interrupt, an error of the user's) is a failure. By its shape: other copies of this package have other classes.
 */
function isCancel(reason: unknown): boolean {
  let error = reason as { code?: unknown; name?: unknown; cause?: unknown } | null | undefined;
  for (let depth = 0; depth < 10 && typeof error === 'object' && error !== null; depth++) {
    if (error.code === 'ERR_CANCELLED' && error.name === 'CancelledError') return true;
    if (error.name !== 'AbortError') return false;
    error = error.cause as typeof error;
  }
  return false;
}
