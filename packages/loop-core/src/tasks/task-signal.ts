import type { CancelledError } from '@bight/loop-abstract';

type CountListeners = (signal: AbortSignal, event: string) => readonly unknown[];

const countListeners = (
  globalThis.process?.getBuiltinModule?.('node:events') as { getEventListeners?: CountListeners } | undefined
)?.getEventListeners;

/**
 * The AbortSignal of a task.
 *
 * @internal
 */
export class TaskSignal {
  readonly #controller = new AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Aborts. Returns whether somebody was listening: then the cancel is on its way into the task as that API's
   * rejection, and must not be delivered a second time.
   */
  abort(reason: CancelledError): boolean {
    const { signal } = this.#controller;
    if (signal.aborted) return false;
    const heard = countListeners !== undefined && countListeners(signal, 'abort').length > 0;
    this.#controller.abort(reason);
    return heard;
  }
}
