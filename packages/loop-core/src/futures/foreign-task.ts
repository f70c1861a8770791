import type { AbstractFuture, AwaitingTask, CancelledError } from '@bight/loop-abstract';
import {
  kAddReaction,
  kAwaited,
  kIsInline,
  kLoop,
  kNoteDelivered,
  kPending,
  kRemoveReaction,
  kWaitBegan,
  kWaitEnded,
} from '../internals.js';
import type { Awaited, AwaitingSide, CancellableReaction } from './await-seams.js';

/**
 * What awaits: a task of ours itself, or the proxy of a foreign task.
 *
 * @param task - the task of the current run context
 * @param loop - the loop of what is awaited
 * @internal
 */
export function awaitingSide(task: object | null, loop: object): AwaitingSide | null {
  if (task === null || kAddReaction in task) return task as AwaitingSide | null;
  return 'awaiting' in task && 'resuming' in task ? new ForeignTask(task as AwaitingTask, loop) : null;
}

/** One `await` of a future of ours by a foreign task, on which the methods of {@link AwaitingTask} are called. */
class ForeignTask implements AwaitingSide {
  // Whether the two belong together is for that task to judge.
  readonly [kLoop]: object;
  readonly #task: AwaitingTask;
  #cancel: Error | null = null;

  constructor(task: AwaitingTask, loop: object) {
    this.#task = task;
    this[kLoop] = loop;
  }

  done(): boolean {
    return false;
  }

  get [kPending](): Error | null {
    return this.#cancel;
  }

  [kAddReaction]({ [kAwaited]: awaited }: CancellableReaction): void {
    this.#task.awaiting(awaited as Awaited & AbstractFuture);
  }

  [kRemoveReaction]({ [kAwaited]: awaited }: CancellableReaction): void {
    this.#cancel = this.#task.resuming(awaited as Awaited & AbstractFuture);
  }

  [kWaitBegan](): void {}

  [kWaitEnded]({ [kAwaited]: awaited }: CancellableReaction): CancelledError | null {
    return awaited[kIsInline] ? null : (this.#cancel as CancelledError | null);
  }

  [kNoteDelivered](): void {}
}
