import type { AbstractEventLoop } from '@bight/loop-abstract';
import type { AwaitingSide } from '../futures/await-seams.js';
import type { FutureLoop } from '../futures/future.js';
import { FINISHED } from '../futures/state.js';
import { kBlock, kBody, kCancelFrom, kFailed, kFinish, kPending, kReturned } from '../internals.js';
import { turn } from '../scheduling/runnable.js';
import type { Awaiter } from './awaiter.js';
import type { CancelBlock } from './cancel-block.js';
import { BodyCoroutine, startInside } from './coroutine.js';
import { currentAwaiter } from './current-task.js';
import { scopeUnderWay } from './pending-cancel.js';

/** What a block makes of the error that its code ends with: the error to throw, or that there is none. @internal */
export type BlockFailure = { error: unknown } | null;

/** How a block is left: what has made it knows. @internal */
export interface BlockExit {
  /** Its code has returned. */
  [kReturned](): void;
  /** Its code has thrown; `null` when that is swallowed, and the block gives `undefined`. */
  [kFailed](error: unknown): BlockFailure;
}

/** The code of a block, and the future of what it returns. */
class BlockRun<T> extends BodyCoroutine<T> {
  readonly #exit: BlockExit;
  readonly #own: CancelBlock;

  constructor(loop: FutureLoop, caller: Awaiter<unknown> | null, block: CancelBlock, exit: BlockExit) {
    super(loop, caller);
    this.#exit = exit;
    this.#own = block;
    this[kBlock] = block;
    block.enterWhole(this, caller);
  }

  /** A shield keeps out the cancels of the scopes around it; what waits for this block waits on. */
  override [kCancelFrom](awaiter: AwaitingSide, message: string | undefined): boolean {
    if (this.#own.isShield && scopeUnderWay() !== null) return true;
    return super[kCancelFrom](awaiter, message);
  }

  override [kReturned](value: T): void {
    this.#exit[kReturned]();
    super[kReturned](value);
  }

  override [kFailed](error: unknown): void {
    const failure = this.#exit[kFailed](error);
    if (failure !== null) {
      super[kFailed](failure.error);
      return;
    }
    this[kBody] = null;
    this[kPending] = null;
    this[kFinish](FINISHED, undefined);
  }
}

/**
 * Runs code in a block of its own.
 *
 * @param isPlain - whether the code may be a function that is no coroutine
 * @internal
 */
export function runInBlock<T>(
  loop: AbstractEventLoop,
  block: CancelBlock,
  body: () => unknown,
  exit: BlockExit,
  isPlain = false,
  caller = currentAwaiter(loop),
): BodyCoroutine<T> {
  const run = new BlockRun<T>(loop, caller, block, exit);
  if (caller === null || caller[kBody] === null) turn.resumed = true;
  startInside(run, body, isPlain);
  return run;
}
