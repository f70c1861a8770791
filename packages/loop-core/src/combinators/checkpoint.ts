import type { Future } from '../futures/future.js';
import { FINISHED } from '../futures/state.js';
import { TurnFuture } from '../futures/turn-future.js';
import { kFinish, kIsInline, kRun } from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import { sleep } from './sleep.js';

/** A turn that comes, whatever is cancelled meanwhile. */
class ShieldedTurn extends TurnFuture<undefined> {
  /** A cancel that comes meanwhile is thrown at the next wait. */
  override get [kIsInline](): boolean {
    return true;
  }

  override cancel(): boolean {
    return false;
  }

  override [kRun](): void {
    this[kFinish](FINISHED, undefined);
  }
}

/**
 * One turn of the loop, with a chance to be cancelled: for code that computes for long, or that must not keep other
 * tasks waiting.
 *
 * @throws {CancelledError} (asynchronously) when the code is being cancelled
 * @throws {RuntimeError} outside of a running loop
 * @python anyio.lowlevel.checkpoint()
 */
export function checkpoint(): Future<undefined> {
  return sleep(0);
}

/**
 * One turn of the loop that no cancel interrupts; one that comes meanwhile is thrown at the next wait.
 *
 * @throws {RuntimeError} outside of a running loop
 * @python anyio.lowlevel.cancel_shielded_checkpoint()
 */
export function cancelShieldedCheckpoint(): Future<undefined> {
  return new ShieldedTurn(getRunningLoop());
}
