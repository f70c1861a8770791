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

/** By its shape: other copies of this package have other classes. */
function isCancel(reason: unknown): boolean {
  const seen = new Set<unknown>();
  for (
    let error = reason as { code?: unknown; name?: unknown; cause?: unknown } | null | undefined;
    typeof error === 'object' && error !== null && !seen.has(error);
    error = error.cause as typeof error
  ) {
    seen.add(error);
    if (error.code === 'ERR_CANCELLED' && error.name === 'CancelledError') return true;
  }
  return false;
}
