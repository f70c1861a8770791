import type { AbstractFuture, AwaitingTask, CancelledError } from '@bight/loop-abstract';
import type { Awaited, AwaitingSide, CancellableReaction } from './await-seams.js';

/**
 * Who awaits, given the task of the frame: a task of ours itself, or what stands for a task of somebody else's.
 *
 * @param loop the loop of what is awaited
 * @internal
 */
export function awaitingSide(task: object | null, loop: object): AwaitingSide | null {
  if (task === null || '_addReaction' in task) return task as AwaitingSide | null;
  return 'awaiting' in task && 'resuming' in task ? new ForeignTask(task as AwaitingTask, loop) : null;
}

/** One `await` of a future of ours by a task of somebody else's, which is told what {@link AwaitingTask} says. */
class ForeignTask implements AwaitingSide {
  // Whether the two belong together is for that task to judge.
  readonly _loop: object;
  _mustCancel = false;
  readonly _cancelMessage = undefined;
  readonly #task: AwaitingTask;
  #cancel: Error | null = null;

  constructor(task: AwaitingTask, loop: object) {
    this.#task = task;
    this._loop = loop;
  }

  done(): boolean {
    return false;
  }

  _addReaction({ _awaited: awaited }: CancellableReaction): void {
    this.#task.awaiting(awaited as Awaited & AbstractFuture);
  }

  _removeReaction({ _awaited: awaited }: CancellableReaction): void {
    this.#cancel = this.#task.resuming(awaited as Awaited & AbstractFuture);
    this._mustCancel = this.#cancel !== null;
  }

  _takeCancel(): CancelledError {
    return this.#cancel as CancelledError;
  }

  _noteDelivered(): void {}
}
