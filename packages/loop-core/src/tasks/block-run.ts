import {
  captureOthers,
  contextIn,
  currentRunContext,
  type RunContext,
  runContext,
  runIn,
} from '@bight/contextvars/low-level';
import type { AbstractEventLoop } from '@bight/loop-abstract';
import type { AwaitingSide } from '../futures/await-seams.js';
import { type FutureLoop, finish } from '../futures/future.js';
import { FINISHED } from '../futures/state.js';
import {
  kBlock,
  kBody,
  kCancelFrom,
  kEndWith,
  kExit,
  kFailed,
  kFailWith,
  kFinish,
  kPending,
  kReleaseReactions,
  kReturned,
} from '../internals.js';
import { resumeIn, resumesByHand } from '../scheduling/resumption.js';
import { turn } from '../scheduling/runnable.js';
import type { Awaiter } from './awaiter.js';
import type { CancelBlock } from './cancel-block.js';
import { BodyCoroutine, follow, followAny, startInside } from './coroutine.js';
import { awaiterIn } from './current-task.js';
import { scopeUnderWay } from './pending-cancel.js';

/** What a block makes of the error that its code ends with: the error to throw, or that there is none. @internal */
export type BlockFailure = { error: unknown } | null;

/** How a block is left: what has made it knows. @internal */
export interface BlockExit {
  readonly [kBlock]: CancelBlock;
  /** Its code has returned. */
  [kReturned](): void;
  /** Its code has thrown; `null` when that is swallowed, and the block gives `undefined`. */
  [kFailed](error: unknown): BlockFailure;
}

/** The code of a block, and the future of what it returns. */
class BlockRun<T> extends BodyCoroutine<T> {
  readonly [kExit]: BlockExit;

  constructor(loop: FutureLoop, caller: Awaiter<unknown> | null, exit: BlockExit) {
    super(loop, caller);
    this[kExit] = exit;
    const block = exit[kBlock];
    this[kBlock] = block;
    block.enterWhole(this, caller);
  }

  /** A shield keeps out the cancels of the scopes around it; what waits for this block waits on. */
  override [kCancelFrom](awaiter: AwaitingSide, message: string | undefined): boolean {
    if (this[kExit][kBlock].isShield && scopeUnderWay() !== null) return true;
    return super[kCancelFrom](awaiter, message);
  }

  override [kReturned](value: T): void {
    this[kExit][kReturned]();
    this[kEndWith](value);
  }

  override [kFailed](error: unknown): void {
    const failure = this[kExit][kFailed](error);
    if (failure !== null) {
      this[kFailWith](failure.error);
      return;
    }
    this[kBody] = null;
    this[kPending] = null;
    this[kFinish](FINISHED, undefined);
  }
}

/**
 * Runs code in the block of `exit`.
 *
 * @param body - a coroutine function; it gets `exit`
 * @internal
 */
export function runInBlock<T, E extends BlockExit>(
  loop: AbstractEventLoop,
  body: (exit: E) => unknown,
  exit: E,
): BodyCoroutine<T> {
  const current = currentRunContext();
  const caller = awaiterIn(current, loop);
  const run = new BlockRun<T>(loop, caller, exit);
  if (caller === null || caller[kBody] === null) turn.resumed = true;
  startInside(run as BlockRun<never>, body as (exit: BlockExit) => unknown, current, startBody);
  return run;
}

/**
 * The same for code that may be a plain function.
 *
 * @param current - the current one
 * @param caller - what runs now
 * @internal
 */
export function runAnyInBlock<T, E extends BlockExit>(
  loop: AbstractEventLoop,
  body: (exit: E) => unknown,
  exit: E,
  current: RunContext | undefined,
  caller: Awaiter<unknown> | null,
): BodyCoroutine<T> {
  const run = new BlockRun<T>(loop, caller, exit);
  if (caller === null || caller[kBody] === null) turn.resumed = true;
  // `startInside()` for what a scope costs most often: a plain function, which has ended by then.
  const inside = runContext(contextIn(current), loop, run);
  if (resumesByHand) resumeIn(inside);
  if (runIn(captureOthers(current), inside, startAnyBody, run as BlockRun<never>, body as never))
    inside.releaseTask();
  if (resumesByHand) resumeIn(currentRunContext());
  return run;
}

function startBody(this: BlockRun<never>, body: (exit: BlockExit) => unknown): void {
  let started: unknown;
  try {
    started = body(this[kExit]);
  } catch (error) {
    this[kFailed](error);
    return;
  }
  follow(this, started);
}

/** @returns whether the code has ended, and its run context has still to be released */
function startAnyBody(this: BlockRun<never>, body: (exit: BlockExit) => unknown): boolean {
  let started: unknown;
  try {
    started = body(this[kExit]);
  } catch (error) {
    this[kFailed](error);
    return false;
  }
  if (typeof started === 'object' && started !== null) {
    followAny(this, started);
    return false;
  }
  this[kExit][kReturned]();
  if (this[kPending] !== null) {
    this[kEndWith](started as never);
    return false;
  }
  this[kReleaseReactions]();
  finish(this, FINISHED, started);
  return true;
}
