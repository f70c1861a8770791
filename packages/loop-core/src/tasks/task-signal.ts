import { currentRunContext } from '@bight/contextvars/low-level';
import { CancelledError } from '@bight/loop-abstract';
import { kExplain, kLoop, kTask } from '../internals.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { noteSignalReason } from './cancel-cause.js';
import { noteForeignDelivery } from './pending-cancel.js';
import { quietUnhandledCancels } from './unhandled-cancels.js';

/** A task, as its signals see it. */
interface SignallingTask {
  readonly [kLoop]: FutureLoop;
  /** Names the cause of the cancel in the error. */
  [kExplain](error: CancelledError): CancelledError;
}

/**
 * The AbortSignal of a task, or of a block inside of it.
 *
 * Aborting it never counts as delivering a cancel: the listener may only take a note, the call that listens may have
 * lost a race. Whether the code has met the cancel shows in what it does next.
 *
 * @internal
 */
export class TaskSignal {
  readonly #controller = new AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @param task - whose cancel this is; `null` where nothing is on its way, and the signal is born aborted */
  abort(message: string | undefined, task: SignallingTask | null): void {
    if (this.signal.aborted) return;
    const error = new CancelledError(message);
    noteSignalReason(error);
    quietUnhandledCancels();
    // Code that cancels itself goes on by itself, and not because of the signal.
    if (task !== null && !runsCodeOf(task)) noteForeignDelivery(task[kLoop]);
    this.#controller.abort(task === null ? error : task[kExplain](error));
  }
}

function runsCodeOf(task: object): boolean {
  return (currentRunContext()?.task as { readonly [kTask]?: object } | null | undefined)?.[kTask] === task;
}
