import type { LiveHandle } from './open-handles.js';

/** What `loop.assertNoLeaks()` throws: something is still open. The message names all of it. */
export class LeakError extends Error {
  /** What is still open. */
  readonly leaks: readonly LiveHandle[];

  /** Always `'ERR_LEAK'`. */
  readonly code: string = 'ERR_LEAK';

  constructor(leaks: readonly LiveHandle[]) {
    const hint = leaks.some(({ stack }) => stack === undefined)
      ? ' (debug mode shows where it was made)'
      : '';
    super(`${leaks.length} still open${hint}:\n${leaks.map(describe).join('\n')}`);
    this.leaks = leaks;
  }

  static {
    Object.defineProperty(LeakError.prototype, 'name', {
      value: 'LeakError',
      configurable: true,
      writable: true,
    });
  }
}

function describe({ kind, handle, stack }: LiveHandle): string {
  const text = String(handle);
  const shown = text.startsWith('[object ') ? handle.constructor.name : text;
  return stack === undefined ? `- ${kind}: ${shown}` : `- ${kind}: ${shown}, made\n${stack}`;
}
