import { currentRunContext } from '@bight/contextvars/low-level';
import { levels } from '../futures/cancelled-scopes.js';
import type { Future } from '../futures/future.js';
import { CANCELLED } from '../futures/state.js';
import { TurnFuture } from '../futures/turn-future.js';
import { kBlock, kFinish, kIsLibrary, kRun } from '../internals.js';
import type { FutureLoop } from '../scheduling/handle.js';
import type { Awaiter } from './awaiter.js';
import { CancelBlock } from './cancel-block.js';

/** Cancelled after one turn of the loop, so that code that goes on calling does not keep the loop from its work. */
class Refusal extends TurnFuture<never> {
  /** The cancel comes with the turn. */
  override cancel(): boolean {
    return !this.done();
  }

  override [kRun](): void {
    this[kFinish](CANCELLED, undefined);
  }
}

/** What a call gives to code in a cancelled scope; `null` everywhere else. @internal */
export function refusalFor<T>(awaiter: Awaiter<unknown> | null, loop: FutureLoop): Future<T> | null {
  if (awaiter === null || awaiter[kIsLibrary] !== false || !CancelBlock.isLevelCancelled(awaiter[kBlock]))
    return null;
  return new Refusal(loop) as Future<T>;
}

/**
 * What a coroutine method returns, without doing anything, when the calling code is in a cancelled scope; `null`
 * everywhere else. For methods that may not have to wait: those that wait are cancelled by the wait.
 */
export function refusedCall<T>(loop: FutureLoop): Future<T> | null {
  if (levels.cancelled === 0) return null;
  return refusalFor<T>((currentRunContext()?.task ?? null) as Awaiter<unknown> | null, loop);
}
